package io.luntra.ethereum.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Hex;
import io.luntra.failure.LuntraException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint32;

class AbiReaderTest {
  private static final List<String> LANES =
      List.of("0x" + "12".repeat(20), "0x" + "00".repeat(19) + "01");

  /** As web3j encodes it. */
  private static byte[] encoded() {
    String hex =
        FunctionEncoder.encodeConstructor(
            List.of(
                new Utf8String("some/name-longer-than-thirty-two-bytes"),
                new DynamicArray<>(Address.class, LANES.stream().map(Address::new).toList()),
                new Uint32(42)));
    return Hex.decode(hex, hex.length() / 2);
  }

  private static void readAll(byte[] bytes) {
    AbiReader reader = new AbiReader("here", bytes);
    String text = reader.text(96);
    List<String> lanes = reader.list(64).stream().map(reader::address).toList();
    assertThat(text.length()).isLessThanOrEqualTo(96);
    assertThat(lanes).hasSizeLessThanOrEqualTo(64);
    assertThat(reader.number(100)).isLessThanOrEqualTo(100);
  }

  @Test
  void readsWhatWeb3jWrites() {
    AbiReader reader = new AbiReader("here", encoded());
    assertThat(reader.text(96)).isEqualTo("some/name-longer-than-thirty-two-bytes");
    assertThat(reader.list(64).stream().map(reader::address).toList()).isEqualTo(LANES);
    assertThat(reader.number(100)).isEqualTo(42);
  }

  @Property
  void changedBytesGiveBoundedValuesOrARefusal(
      @ForAll @IntRange(max = 1_000_000) int position, @ForAll byte value) {
    byte[] bytes = encoded();
    bytes[position % bytes.length] = value;
    try {
      readAll(bytes);
    } catch (LuntraException e) {
      assertThat(e).hasMessageStartingWith("here: malformed data");
    }
  }

  @Property
  void truncatedBytesAreRefused(@ForAll @IntRange(max = 1_000_000) int length) {
    byte[] bytes = encoded();
    // The last lane is the last word, so nothing of it can be missing.
    assertThatThrownBy(() -> readAll(Arrays.copyOf(bytes, length % bytes.length)))
        .isInstanceOf(LuntraException.class);
  }

  @Property
  void arbitraryBytesAreRefused(@ForAll @Size(max = 500) byte[] bytes) {
    byte[] hostile = Arrays.copyOf(bytes, bytes.length + 1);
    hostile[0] = 1;
    assertThatThrownBy(() -> readAll(hostile)).isInstanceOf(LuntraException.class);
  }

  @Test
  void announcedLengthsAreCheckedBeforeMemoryIsTaken() {
    byte[] bytes = encoded();
    Arrays.fill(bytes, 96, 128, (byte) 0x7f);
    assertThatThrownBy(() -> readAll(bytes))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("expected at most 96");
  }

  @Test
  void otherLengthsThanExpectedAreRefused() {
    assertThat(new AbiReader("here", new byte[64]).exactly(2).flag()).isFalse();
    for (int bytes : new int[] {0, 32, 63, 65, 96}) {
      assertThatThrownBy(() -> new AbiReader("here", new byte[bytes]).exactly(2))
          .isInstanceOf(LuntraException.class)
          .hasMessage("here: malformed data: %d bytes, expected 64", bytes);
    }
  }
}
