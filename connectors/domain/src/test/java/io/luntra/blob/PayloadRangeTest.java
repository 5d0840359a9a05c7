package io.luntra.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.VerificationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadRangeTest {
  private static final byte[] PAYLOAD = payload();
  private static final byte[] BLOB = BlobPacker.pack(PAYLOAD).get(0);

  private static byte[] payload() {
    byte[] payload = new byte[130_048];
    new Random(1).nextBytes(payload);
    return payload;
  }

  private static List<Bytes32> elements(PayloadRange range) {
    List<Bytes32> elements = new ArrayList<>();
    for (int i = range.firstElement(); i < range.firstElement() + range.elements(); i++) {
      elements.add(new Bytes32(Arrays.copyOfRange(BLOB, 32 * i, 32 * i + 32)));
    }
    return elements;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 1",
    "30, 32, 0, 2",
    "123, 124, 3, 1",
    "123, 125, 0, 4",
    "126, 128, 0, 5",
    "127, 128, 4, 1",
    "100, 300, 0, 10",
    "130047, 130048, 4092, 4",
    "0, 130048, 0, 4096"
  })
  void namesTheElementsThatBytesComeFrom(int from, int to, int first, int count) {
    PayloadRange range = new PayloadRange(from, to);
    assertThat(range.firstElement()).isEqualTo(first);
    assertThat(range.elements()).isEqualTo(count);
  }

  @Property(tries = 500)
  void givesTheBytesFromTheseElementsAlone(
      @ForAll @IntRange(max = 130_047) int from, @ForAll @IntRange(min = 1, max = 700) int length) {
    PayloadRange range = new PayloadRange(from, Math.min(from + length, 130_048));
    assertThat(range.unpack(elements(range)))
        .isEqualTo(Arrays.copyOfRange(PAYLOAD, range.from(), range.to()));
  }

  @Test
  void refusesAnElementThatNoPackerWrites() {
    PayloadRange range = new PayloadRange(40, 50);
    byte[] large = new byte[32];
    large[0] = 0x40;
    assertThatThrownBy(() -> range.unpack(List.of(new Bytes32(large))))
        .isInstanceOf(VerificationException.class)
        .hasMessage("Field element 1 of a blob has more than 254 bits");
  }

  @Test
  void refusesOtherRangesAndOtherNumbersOfElements() {
    for (int[] range : new int[][] {{-1, 1}, {0, 0}, {5, 4}, {0, 130_049}}) {
      assertThatThrownBy(() -> new PayloadRange(range[0], range[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Bytes %d to %d are not in the 130048 of a blob", range[0], range[1]);
    }
    assertThatThrownBy(() -> new PayloadRange(0, 127).unpack(List.of(Bytes32.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected 4 elements, found 1");
  }
}
