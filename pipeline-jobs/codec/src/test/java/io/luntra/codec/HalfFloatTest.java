package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class HalfFloatTest {
  @Test
  void everyPatternWidensToItsValueAndComesBack() {
    for (int half = 0; half < 1 << 16; half++) {
      int bits = HalfFloat.toFloatBits(half);
      assertThat(HalfFloat.ofFloatBits(bits)).isEqualTo(half);
      int exponent = (half >>> 10) & 31;
      int mantissa = half & 1023;
      double value =
          exponent == 0
              ? Math.scalb((double) mantissa, -24)
              : Math.scalb(1024.0 + mantissa, exponent - 25);
      float expected = (float) (half < 1 << 15 ? value : -value);
      if (exponent < 31) {
        assertThat(bits).isEqualTo(Float.floatToRawIntBits(expected));
      } else {
        assertThat(Float.isFinite(Float.intBitsToFloat(bits))).isFalse();
        assertThat(bits & 0x7fffff).isEqualTo(mantissa << 13);
      }
    }
  }

  @Property(tries = 20_000)
  void whatIsNotInexactWidensBack(@ForAll int bits) {
    int half = HalfFloat.ofFloatBits(bits);
    if (half != HalfFloat.INEXACT) {
      assertThat(HalfFloat.toFloatBits(half)).isEqualTo(bits);
    } else {
      float value = Float.intBitsToFloat(bits);
      boolean multipleOfSmallest = Math.rint(value * 0x1p24) == value * 0x1p24;
      boolean elevenBits = (bits & 0x1fff) == 0;
      assertThat(multipleOfSmallest && elevenBits && Math.abs(value) <= 65504).isFalse();
    }
  }

  @Property(tries = 2_000)
  void neighboursOfHalvesAreInexact(@ForAll short half) {
    int bits = HalfFloat.toFloatBits(half & 0xffff);
    assertThat(HalfFloat.ofFloatBits(bits ^ 1)).isEqualTo(HalfFloat.INEXACT);
  }
}
