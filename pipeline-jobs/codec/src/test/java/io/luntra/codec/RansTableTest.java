package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class RansTableTest {
  /** A coder that is off by one anywhere gives bytes that do not decode. */
  @Test
  void productsWithInversesAreQuotients() {
    Random random = new Random(1);
    for (int frequency = 1; frequency <= RansTable.TOTAL; frequency++) {
      long inverse = RansTable.inverse(frequency);
      long limit = (long) frequency << 20;
      assertQuotients(limit - 1, frequency, inverse);
      assertQuotients(limit - frequency, frequency, inverse);
      for (int i = 0; i < 100; i++) {
        long multiple = random.nextLong(limit / frequency) * frequency;
        assertQuotients(multiple, frequency, inverse);
        assertQuotients(multiple + frequency - 1, frequency, inverse);
      }
    }
  }

  private static void assertQuotients(long state, int frequency, long inverse) {
    assertThat((state * inverse) >>> RansTable.INVERSE_BITS)
        .as("%d / %d", state, frequency)
        .isEqualTo(state / frequency);
  }
}
