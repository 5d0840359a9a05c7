package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.contracts.ModelRegistry;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.node.Node;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.List;
import java.util.concurrent.Executors;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;
import org.web3j.utils.Numeric;

/** The registry's functions as a publisher uses them. */
final class RegistryCalls {
  // Limits above what the contract was measured to use; unused gas is not paid.
  private static final long OPEN_GAS = 350_000;
  private static final long APPEND_GAS = 150_000;
  private static final long SEAL_GAS = 300_000;
  private static final long GAS_PER_LANE = 10_000;

  private static final String NOBODY = "0x0000000000000000000000000000000000000000";

  private final Node node;
  private final String address;
  private final ModelRegistry registry;

  RegistryCalls(Web3jService service, Node node, String address) {
    this.node = node;
    this.address = address;
    // The binding encodes and decodes; nothing is scheduled, so no thread is ever started.
    Web3j codec = Web3j.build(service, 1_000, Executors.newScheduledThreadPool(0));
    registry =
        ModelRegistry.load(
            address,
            codec,
            new ReadonlyTransactionManager(codec, NOBODY),
            new StaticGasProvider(BigInteger.ZERO, BigInteger.ZERO));
  }

  /** Call data of a batch's transaction. */
  byte[] data(ReleaseRun run, PlannedBatch batch) {
    ReleasePlan plan = run.plan();
    DynamicArray<Address> lanes =
        new DynamicArray<>(Address.class, plan.lanes().stream().map(Address::new).toList());
    RemoteFunctionCall<?> call =
        switch (batch.kind()) {
          case OPEN ->
              registry.open(
                  new Address(plan.creator()),
                  new Utf8String(plan.release().name().name()),
                  new Utf8String(plan.release().name().version()),
                  lanes,
                  new Uint32(plan.release().blobs().size()));
          case APPEND -> registry.append(word(plan.releaseId()), word(batch.previous()));
          case SEAL ->
              registry.seal(
                  word(plan.releaseId()),
                  word(plan.merkleRoot()),
                  lanes,
                  words(run.finalAccumulators()),
                  words(plan.parents()));
        };
    return Numeric.hexStringToByteArray(call.encodeFunctionCall());
  }

  private static DynamicArray<org.web3j.abi.datatypes.generated.Bytes32> words(
      List<Bytes32> values) {
    return new DynamicArray<>(
        org.web3j.abi.datatypes.generated.Bytes32.class,
        values.stream().map(RegistryCalls::word).toList());
  }

  static long gasLimit(BatchKind kind, int lanes) {
    return switch (kind) {
      case OPEN -> OPEN_GAS + lanes * GAS_PER_LANE;
      case APPEND -> APPEND_GAS;
      case SEAL -> SEAL_GAS + lanes * GAS_PER_LANE;
    };
  }

  /** Whether an account may open releases of a model now. */
  boolean mayPublish(Bytes32 modelId, String account) throws InterruptedException {
    Uint256 token = new Uint256(new BigInteger(1, modelId.bytes()));
    return read(registry.roleOf(token, new Address(account)), Uint8.class).getValue().signum() > 0;
  }

  RegisteredRelease release(Bytes32 releaseId) throws InterruptedException {
    ModelRegistry.Release release =
        read(registry.release(word(releaseId)), ModelRegistry.Release.class);
    return new RegisteredRelease(
        release.publisher.toUint().getValue().signum() != 0,
        release.sealedAtBlock.getValue().signum() != 0,
        release.blobCount.getValue().longValueExact(),
        new Bytes32(release.lanesDigest.getValue()),
        new Bytes32(release.merkleRoot.getValue()),
        new Bytes32(release.rootManifestDigest.getValue()),
        new Bytes32(release.parentsDigest.getValue()));
  }

  Bytes32 accumulator(Bytes32 releaseId, String lane) throws InterruptedException {
    RemoteFunctionCall<org.web3j.abi.datatypes.generated.Bytes32> call =
        registry.accumulator(word(releaseId), new Address(lane));
    return bytes32(call, node.call(address, call.encodeFunctionCall()));
  }

  /** As it stood after a block. */
  Bytes32 accumulator(Bytes32 releaseId, String lane, long block) throws InterruptedException {
    RemoteFunctionCall<org.web3j.abi.datatypes.generated.Bytes32> call =
        registry.accumulator(word(releaseId), new Address(lane));
    return bytes32(call, node.call(address, call.encodeFunctionCall(), block));
  }

  private Bytes32 bytes32(
      RemoteFunctionCall<org.web3j.abi.datatypes.generated.Bytes32> call, byte[] answer) {
    return new Bytes32(
        decode(call, answer, org.web3j.abi.datatypes.generated.Bytes32.class).getValue());
  }

  /** No event of this registry is older. */
  long deploymentBlock() throws InterruptedException {
    return read(registry.deploymentBlock(), Uint256.class).getValue().longValueExact();
  }

  private <T extends Type<?>> T read(RemoteFunctionCall<T> call, Class<T> type)
      throws InterruptedException {
    return decode(call, node.call(address, call.encodeFunctionCall()), type);
  }

  private <T extends Type<?>> T decode(RemoteFunctionCall<T> call, byte[] answer, Class<T> type) {
    try {
      return type.cast(call.decodeFunctionResponse(Hex.encode(answer)).get(0));
    } catch (RuntimeException e) {
      throw new LuntraException(
          "Contract %s does not answer as a model registry of this version".formatted(address), e);
    }
  }

  private static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }
}
