package io.luntra.codec.quantize;

import io.luntra.codec.GridChunk;

/**
 * Steps as they are stored: bfloat16 patterns with few bits of mantissa, since they are paid for,
 * too.
 */
public final class Steps {
  private static final int FLOAT_MANTISSA = 23;
  private static final int STORED_MANTISSA = 7;

  private Steps() {}

  /**
   * The pattern next to a step; the smallest normal number where the step is below that.
   *
   * @param step at least 0, finite
   * @param mantissaBits behind the leading one, 0 to 7
   */
  public static short nearest(double step, int mantissaBits) {
    int shift = FLOAT_MANTISSA - mantissaBits;
    int bits = Float.floatToRawIntBits((float) Math.max(step, Float.MIN_NORMAL));
    int rounded = ((bits + (1 << (shift - 1))) >>> shift) << shift;
    return (short) (rounded >>> 16);
  }

  /** The least pattern that is no smaller than a step. */
  public static short atLeast(double step, int mantissaBits) {
    short bits = nearest(step, mantissaBits);
    while (GridChunk.step(bits) < step) {
      bits += (short) (1 << (STORED_MANTISSA - mantissaBits));
    }
    return bits;
  }

  /** The next smaller of these patterns. */
  public static short below(short bits, int mantissaBits) {
    return (short) ((bits & 0xffff) - (1 << (STORED_MANTISSA - mantissaBits)));
  }
}
