package io.luntra.codec.quantize;

import io.luntra.codec.GridChunk;

/**
 * Uniform steps in units of the root mean square of a block's own values. Each value goes to the
 * nearest level or to the one next to it towards 0, whichever costs less: squared error in squared
 * steps, plus a weight times bits. The bits are those of a two-sided geometric distribution of the
 * block's mean magnitude b: log2(1 + 1/b) for each level more, and the sign with the first.
 */
final class EntropyBlocks implements BlockQuantizer {
  private static final int MANTISSA = 4;
  private static final double LEAST_MEAN = 0.01;

  private final float[] spreadOf;
  private final float relativeStep;
  private final float weight;

  /**
   * @param spreadOf the chunk's own values, which steps are relative to
   */
  EntropyBlocks(float[] spreadOf, float relativeStep, float weight) {
    this.spreadOf = spreadOf;
    this.relativeStep = relativeStep;
    this.weight = weight;
  }

  @Override
  public boolean quantize(float[] values, Block block, int[] levels, Grid grid) {
    double[] sums = new double[3];
    block.forEach(
        values.length,
        (from, to) -> {
          double squares = 0;
          double largest = 0;
          for (int i = from; i < to; i++) {
            squares += (double) spreadOf[i] * spreadOf[i];
            largest = Math.max(largest, Math.abs(values[i]));
          }
          sums[0] += squares;
          sums[1] += to - from;
          sums[2] = Math.max(sums[2], largest);
        });
    double largest = sums[2];
    if (largest == 0) {
      grid.set((short) 0, 0);
      return true;
    }
    double wanted = relativeStep * Math.sqrt(sums[0] / sums[1]);
    short bits = Steps.nearest(Math.max(wanted, largest / GridChunk.MAX_LEVEL * 2), MANTISSA);
    float step = GridChunk.step(bits);
    if (Float.isInfinite(step) || Double.isNaN(wanted)) {
      return false;
    }
    double inverse = 1.0 / step;
    double[] magnitudes = {0};
    block.forEach(
        values.length,
        (from, to) -> {
          double sum = 0;
          for (int i = from; i < to; i++) {
            sum += Math.abs(Math.rint(values[i] * inverse));
          }
          magnitudes[0] += sum;
        });
    double mean = Math.max(LEAST_MEAN, magnitudes[0] / sums[1]);
    double bitsPerLevel = StrictMath.log(1 + 1 / mean) / StrictMath.log(2);
    double more = weight * bitsPerLevel;
    double first = weight * (bitsPerLevel + 1);
    block.forEach(
        values.length, (from, to) -> round(values, from, to, inverse, more, first, levels));
    grid.set(bits, 0);
    return true;
  }

  private static void round(
      float[] values, int from, int to, double inverse, double more, double first, int[] levels) {
    for (int i = from; i < to; i++) {
      double magnitude = Math.abs(values[i] * inverse);
      double level = Math.rint(magnitude);
      // Squared error of one level less, minus that of the nearest.
      double lost = 2 * (magnitude - level) + 1;
      if (level > 0 && lost < (level == 1 ? first : more)) {
        level--;
      }
      levels[i] = (int) (values[i] < 0 ? -level : level);
    }
  }
}
