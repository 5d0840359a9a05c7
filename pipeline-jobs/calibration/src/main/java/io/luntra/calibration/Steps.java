package io.luntra.calibration;

/** Steps as they are stored: bfloat16 with few bits of mantissa, since they are paid for, too. */
final class Steps {
  private static final int FLOAT_MANTISSA = 23;

  private Steps() {}

  /**
   * The bfloat16 pattern next to a step with so many bits of mantissa behind the leading one; the
   * smallest normal number where the step is below that.
   *
   * @param step at least 0, finite
   */
  static short nearest(double step, int mantissaBits) {
    int shift = FLOAT_MANTISSA - mantissaBits;
    int bits = Float.floatToRawIntBits((float) Math.max(step, Float.MIN_NORMAL));
    int rounded = ((bits + (1 << (shift - 1))) >>> shift) << shift;
    return (short) (rounded >>> 16);
  }

  /** The next smaller of these patterns. */
  static short below(short bits, int mantissaBits) {
    return (short) ((bits & 0xffff) - (1 << (7 - mantissaBits)));
  }
}
