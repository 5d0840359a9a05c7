package io.luntra.codec;

/** IEEE 754 binary16 and binary32, bit pattern to bit pattern; NaN payloads are kept. */
public final class HalfFloat {
  /** What {@link #ofFloatBits} returns for a value that binary16 does not hold. */
  static final int INEXACT = -1;

  private HalfFloat() {}

  /** Whether a binary16 widens to exactly these bits. */
  public static boolean holds(int floatBits) {
    return ofFloatBits(floatBits) != INEXACT;
  }

  /** The binary16 pattern that widens to exactly these bits, or {@link #INEXACT}. */
  static int ofFloatBits(int bits) {
    int sign = (bits >>> 16) & 0x8000;
    int exponent = (bits >>> 23) & 0xff;
    int mantissa = bits & 0x7fffff;
    if (exponent >= 113 && exponent <= 142) {
      return (mantissa & 0x1fff) == 0
          ? sign | ((exponent - 112) << 10) | (mantissa >>> 13)
          : INEXACT;
    }
    if (exponent == 0) {
      return mantissa == 0 ? sign : INEXACT;
    }
    if (exponent == 0xff) {
      return (mantissa & 0x1fff) == 0 ? sign | 0x7c00 | (mantissa >>> 13) : INEXACT;
    }
    if (exponent < 103 || exponent > 142) {
      return INEXACT;
    }
    // Subnormal in binary16: a multiple of 2^-24.
    int shift = 126 - exponent;
    int full = mantissa | 0x800000;
    return (full & ((1 << shift) - 1)) == 0 ? sign | (full >>> shift) : INEXACT;
  }

  /**
   * The binary16 pattern nearest to a binary32 one, ties to the even one; the largest finite one
   * for finite numbers beyond it.
   */
  static int nearest(int bits) {
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x7f800000) {
      int payload = (magnitude & 0x7fffff) >>> 13;
      boolean lost = payload == 0 && magnitude > 0x7f800000;
      return sign | 0x7c00 | (lost ? 1 : payload);
    }
    int exponent = magnitude >>> 23;
    if (exponent < 102) {
      return sign;
    }
    // Of normal numbers 13 bits go, of those below 2^-14 more.
    int shift = exponent >= 113 ? 13 : 126 - exponent;
    int full = exponent >= 113 ? magnitude - (112 << 23) : (magnitude & 0x7fffff) | 0x800000;
    int rounded = (full + (1 << (shift - 1)) - 1 + (full >>> shift & 1)) >>> shift;
    return sign | Math.min(rounded, 0x7bff);
  }

  /** The binary32 pattern of a binary16 pattern. */
  public static int toFloatBits(int half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) {
      return sign | 0x7f800000 | (mantissa << 13);
    }
    if (exponent != 0) {
      return sign | ((exponent + 112) << 23) | (mantissa << 13);
    }
    if (mantissa == 0) {
      return sign;
    }
    int top = 31 - Integer.numberOfLeadingZeros(mantissa);
    return sign | ((103 + top) << 23) | ((mantissa << (23 - top)) & 0x7fffff);
  }
}
