package io.luntra.bench.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.utils.Numeric;

class SimulatedRegistryTest {
  private static final String PUBLISHER = "0x" + "1".repeat(40);
  private static final String OTHER = "0x" + "2".repeat(40);
  private static final Bytes32 RELEASE = ReleaseIds.of(PUBLISHER, new ReleaseName("a/model", "1"));
  private static final Bytes32 ROOT = new Bytes32(filled((byte) 9));

  private final SimulatedRegistry registry = new SimulatedRegistry();

  private static byte[] filled(byte value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, value);
    return bytes;
  }

  private static byte[] call(String name, Type<?>... arguments) {
    return Numeric.hexStringToByteArray(
        FunctionEncoder.encode(new Function(name, Arrays.asList(arguments), List.of())));
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }

  private static DynamicArray<Address> lanes(String... lanes) {
    return new DynamicArray<>(Address.class, Arrays.stream(lanes).map(Address::new).toList());
  }

  private static byte[] open(int blobs, String... lanes) {
    return openAs(PUBLISHER, blobs, lanes);
  }

  private static byte[] openAs(String creator, int blobs, String... lanes) {
    return call(
        "open",
        new Address(creator),
        new Utf8String("a/model"),
        new Utf8String("1"),
        lanes(lanes),
        new Uint32(blobs));
  }

  private static byte[] append(Bytes32 previous) {
    return call("append", word(RELEASE), word(previous));
  }

  private static byte[] seal(List<String> lanes, Bytes32... accumulators) {
    return call(
        "seal",
        word(RELEASE),
        word(ROOT),
        lanes(lanes.toArray(String[]::new)),
        new DynamicArray<>(
            org.web3j.abi.datatypes.generated.Bytes32.class,
            Arrays.stream(accumulators).map(SimulatedRegistryTest::word).toList()),
        new DynamicArray<>(org.web3j.abi.datatypes.generated.Bytes32.class));
  }

  private void run(String sender, byte[] data, List<VersionedHash> blobs) throws Exception {
    registry.run(sender, data, blobs, 5);
  }

  private void assertReverts(String reason, String sender, byte[] data, int blobs) {
    assertThatThrownBy(() -> run(sender, data, TestTransactions.hashes(0, blobs)))
        .isInstanceOf(SimulatedRegistry.Reverted.class)
        .hasMessageContaining(reason);
  }

  @Test
  void keepsTheAccumulatorsOfItsLanes() throws Exception {
    run(PUBLISHER, open(9, PUBLISHER, OTHER), TestTransactions.hashes(0, 6));
    run(OTHER, append(Bytes32.ZERO), TestTransactions.hashes(6, 2));
    Bytes32 first = Accumulator.next(Accumulator.EMPTY, TestTransactions.hashes(0, 6));
    Bytes32 other = Accumulator.next(Accumulator.EMPTY, TestTransactions.hashes(6, 2));
    assertThat(registry.accumulator(RELEASE, PUBLISHER)).isEqualTo(first);
    assertThat(registry.accumulator(RELEASE, OTHER)).isEqualTo(other);

    run(PUBLISHER, append(first), TestTransactions.hashes(8, 1));
    Bytes32 second = Accumulator.next(first, TestTransactions.hashes(8, 1));
    assertThat(registry.accumulator(RELEASE, PUBLISHER)).isEqualTo(second);
    assertThat(Accumulator.blobCount(second)).isEqualTo(7);

    run(PUBLISHER, seal(List.of(PUBLISHER, OTHER), second, other), TestTransactions.hashes(9, 1));
    String record = registry.call(Numeric.toHexString(call("release", word(RELEASE))));
    assertThat(record).hasSize(2 + 9 * 64).contains(ROOT.toHex().substring(2));
    assertThat(record).startsWith("0x" + "0".repeat(24) + PUBLISHER.substring(2));
  }

  @Test
  void revertsWhereTheContractDoes() throws Exception {
    Bytes32 first = Accumulator.next(Accumulator.EMPTY, TestTransactions.hashes(0, 6));
    assertReverts("FirstLaneNotCaller", OTHER, open(9, PUBLISHER), 1);
    assertReverts("DuplicateLane", PUBLISHER, open(9, PUBLISHER, OTHER, OTHER), 1);
    assertReverts("NotAllowed", OTHER, open(9, OTHER), 1);
    assertReverts("NotAllowed", PUBLISHER, openAs(OTHER, 9, PUBLISHER), 1);
    assertReverts("BlobCountTooSmall", PUBLISHER, open(2, PUBLISHER), 3);
    run(PUBLISHER, open(6, PUBLISHER), TestTransactions.hashes(0, 6));

    assertReverts("AlreadyOpened", PUBLISHER, open(6, PUBLISHER), 6);
    assertReverts("AccumulatorMismatch", PUBLISHER, append(Bytes32.ZERO), 1);
    assertReverts("NotPublisher", OTHER, seal(List.of(PUBLISHER), first), 1);
    assertReverts("LanesMismatch", PUBLISHER, seal(List.of(PUBLISHER, OTHER), first, first), 1);
    assertReverts("AccumulatorMismatch", PUBLISHER, seal(List.of(PUBLISHER), ROOT), 1);
    run(PUBLISHER, seal(List.of(PUBLISHER), first), TestTransactions.hashes(7, 1));
    assertReverts("AlreadySealed", PUBLISHER, seal(List.of(PUBLISHER), first), 1);
  }

  @Test
  void aSealNeedsEveryBlob() throws Exception {
    Bytes32 first = Accumulator.next(Accumulator.EMPTY, TestTransactions.hashes(0, 6));
    assertReverts("NotOpened", PUBLISHER, seal(List.of(PUBLISHER), first), 1);
    run(PUBLISHER, open(7, PUBLISHER), TestTransactions.hashes(0, 6));

    assertReverts("BlobCountMismatch", PUBLISHER, seal(List.of(PUBLISHER), first), 1);
    assertThat(
            registry
                .execute(
                    PUBLISHER, seal(List.of(PUBLISHER), first), TestTransactions.hashes(0, 1), 5)
                .succeeded())
        .isFalse();
  }
}
