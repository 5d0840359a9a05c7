package io.luntra.calibration;

import io.luntra.calibration.linear.InverseFactor.RowRounding;
import io.luntra.codec.GridChunk;

/**
 * Rounds to uniform steps, one per row, to whichever of the nearest level and the one next to it
 * towards 0 costs less: squared error in squared steps, plus a weight times bits. The bits are
 * those of a two-sided geometric distribution with the row's own mean magnitude b: log2(1 + 1/b)
 * for a level more, and the sign with the first.
 */
final class EntropyRounding implements RowRounding {
  private static final double LEAST_MEAN = 0.01;

  /** The mean is first that of the nearest levels, then of those chosen with it. */
  private static final int PASSES = 2;

  private final short[] steps;
  private final double weight;
  private final int columns;
  private final int[] levels;
  private final boolean[] pruned;

  /**
   * @param steps of each row
   * @param levels takes the levels, row-major
   * @param pruned which elements must be 0, or null
   */
  EntropyRounding(short[] steps, double weight, int columns, int[] levels, boolean[] pruned) {
    this.steps = steps;
    this.weight = weight;
    this.columns = columns;
    this.levels = levels;
    this.pruned = pruned;
  }

  @Override
  public void round(int row, double[] block, int at, int rowsLeft, double[] rounded) {
    double step = GridChunk.step(steps[row]);
    double inverse = 1 / step;
    double weighted = 0;
    double bits = 0;
    for (int pass = 0; pass < PASSES; pass++) {
      double magnitudes = 0;
      for (int c = 0; c < columns; c++) {
        magnitudes += Math.abs(level(block[at + c] * inverse, weighted, bits));
      }
      double mean = Math.max(LEAST_MEAN, magnitudes / columns);
      bits = StrictMath.log(1 + 1 / mean) / StrictMath.log(2);
      weighted = weight;
    }
    int start = row * columns;
    for (int c = 0; c < columns; c++) {
      double level = level(block[at + c] * inverse, weight, bits);
      level = Math.max(-GridChunk.MAX_LEVEL, Math.min(GridChunk.MAX_LEVEL, level));
      if (pruned != null && pruned[start + c]) {
        level = 0;
      }
      levels[start + c] = (int) level;
      rounded[c] = level * step;
    }
  }

  private static double level(double scaled, double weight, double bits) {
    double level = Math.rint(scaled);
    double magnitude = Math.abs(level);
    if (magnitude > 0) {
      // Squared error of one level less, minus that of the nearest.
      double lost = 2 * (Math.abs(scaled) - magnitude) + 1;
      if (lost < weight * (magnitude == 1 ? bits + 1 : bits)) {
        level -= Math.signum(level);
      }
    }
    return level;
  }
}
