package io.luntra.codec.quantize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Magnitudes of FP32 values, counted by sign-free exponent and seven bits of mantissa: what is
 * needed to find the threshold below which a share of them lies, without holding them. Thresholds
 * are good to one part in 128.
 */
public final class MagnitudeHistogram {
  private static final int BINS = 1 << 15;
  private static final int SHIFT = 16;

  private final long[] counts = new long[BINS];
  private long total;

  /** Counts the values of a chunk, little-endian. */
  public void add(byte[] raw) {
    ByteBuffer values = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    while (values.remaining() >= Float.BYTES) {
      counts[(values.getInt() & 0x7fffffff) >>> SHIFT]++;
      total++;
    }
  }

  /**
   * A magnitude that at most this share of the values lies below.
   *
   * @param share 0 to below 1
   * @return 0 where that would be none
   */
  public float threshold(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("Share " + share + ", expected 0 to below 1");
    }
    long wanted = (long) (share * total);
    long below = 0;
    int bin = 0;
    while (bin < BINS && below + counts[bin] <= wanted) {
      below += counts[bin++];
    }
    float threshold = Float.intBitsToFloat(bin << SHIFT);
    return Float.isFinite(threshold) ? threshold : 0;
  }
}
