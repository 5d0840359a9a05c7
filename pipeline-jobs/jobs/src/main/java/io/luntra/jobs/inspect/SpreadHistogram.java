package io.luntra.jobs.inspect;

/** How often values lie how far from their tensor's mean, in units of its standard deviation. */
public final class SpreadHistogram {
  /** Bins of a quarter of a standard deviation, from -4 to 4, and what lies beyond. */
  private static final int BINS = 32;

  private static final double WIDTH = 0.25;
  private static final double LEAST = -4;

  private final long[] counts = new long[BINS];
  private long beyond;

  void add(double deviations, long count) {
    int bin = (int) Math.floor((deviations - LEAST) / WIDTH);
    if (bin >= 0 && bin < BINS) {
      counts[bin] += count;
    } else {
      beyond += count;
    }
  }

  /** Where a bin begins, in standard deviations. */
  public static double edge(int bin) {
    return LEAST + bin * WIDTH;
  }

  /** Values per bin; the first begins at -4 standard deviations, each is a quarter of one wide. */
  public long[] counts() {
    return counts.clone();
  }

  /** Values farther out. */
  public long beyond() {
    return beyond;
  }
}
