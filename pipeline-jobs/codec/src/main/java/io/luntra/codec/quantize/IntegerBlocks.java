package io.luntra.codec.quantize;

import io.luntra.codec.GridChunk;

/**
 * Grids of 2^bits levels. With 8 bits no value is clipped: an outlier keeps its size. With 4 bits
 * the range is the one of least squared error, of those down to half of the whole.
 */
final class IntegerBlocks implements BlockQuantizer {
  private static final int FINE_MANTISSA = 4;
  private static final int COARSE_MANTISSA = 3;
  private static final int CANDIDATES = 9;

  private final int bits;
  private final boolean symmetric;
  private final float tensorStep;

  /**
   * @param tensorStep step of the whole tensor, or 0 where each block has its own
   */
  IntegerBlocks(int bits, boolean symmetric, float tensorStep) {
    this.bits = bits;
    this.symmetric = symmetric;
    this.tensorStep = tensorStep;
  }

  @Override
  public boolean quantize(float[] values, Block block, int[] levels, Grid grid) {
    float[] range = {0, 0};
    block.forEach(
        values.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            range[0] = Math.min(range[0], values[i]);
            range[1] = Math.max(range[1], values[i]);
          }
        });
    if (range[0] == 0 && range[1] == 0) {
      grid.set((short) 0, 0);
      return true;
    }
    int mantissa = bits == 4 ? COARSE_MANTISSA : FINE_MANTISSA;
    int least = symmetric && bits == 8 ? -(1 << 7) + 1 : -(1 << (bits - 1));
    int most = (1 << (bits - 1)) - 1;
    double whole =
        symmetric
            ? Math.max(-(double) range[0], range[1]) / most
            : ((double) range[1] - range[0]) / (most - least);
    short step = Steps.atLeast(tensorStep > 0 ? tensorStep : whole, mantissa);
    if (Float.isInfinite(GridChunk.step(step) * 256)) {
      return false;
    }
    if (bits == 4 && tensorStep == 0) {
      step = leastError(values, block, step, range[0], least, most);
    }
    int zero = zero(range[0], step, least, most);
    double inverse = 1.0 / GridChunk.step(step);
    block.forEach(
        values.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            levels[i] = clamp((int) Math.rint(values[i] * inverse) + zero, least, most);
          }
        });
    grid.set(step, zero);
    return true;
  }

  private int zero(float smallest, short step, int least, int most) {
    if (symmetric) {
      return 0;
    }
    return clamp((int) Math.rint(least - smallest / (double) GridChunk.step(step)), least, most);
  }

  private short leastError(
      float[] values, Block block, short whole, float smallest, int least, int most) {
    short best = whole;
    short candidate = whole;
    double leastError = Double.POSITIVE_INFINITY;
    for (int k = 0; k < CANDIDATES && GridChunk.step(candidate) >= Float.MIN_NORMAL; k++) {
      double step = GridChunk.step(candidate);
      double inverse = 1 / step;
      int zero = zero(smallest, candidate, least, most);
      double[] error = {0};
      block.forEach(
          values.length,
          (from, to) -> {
            double sum = 0;
            for (int i = from; i < to; i++) {
              int level = clamp((int) Math.rint(values[i] * inverse) + zero, least, most) - zero;
              double lost = values[i] - level * step;
              sum += lost * lost;
            }
            error[0] += sum;
          });
      if (error[0] < leastError) {
        leastError = error[0];
        best = candidate;
      }
      candidate = Steps.below(candidate, COARSE_MANTISSA);
    }
    return best;
  }

  private static int clamp(int level, int least, int most) {
    return Math.max(least, Math.min(most, level));
  }
}
