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
    double magnitudes = 0;
    for (int c = 0; c < columns; c++) {
      magnitudes += Math.abs(Math.rint(block[at + c] * inverse));
    }
    double mean = Math.max(LEAST_MEAN, magnitudes / columns);
    double bits = StrictMath.log(1 + 1 / mean) / StrictMath.log(2);
    double more = weight * bits;
    double first = weight * (bits + 1);
    int start = row * columns;
    for (int c = 0; c < columns; c++) {
      double scaled = block[at + c] * inverse;
      double level = Math.rint(scaled);
      double magnitude = Math.abs(level);
      if (magnitude > 0) {
        // Squared error of one level less, minus that of the nearest.
        double lost = 2 * (Math.abs(scaled) - magnitude) + 1;
        if (lost < (magnitude == 1 ? first : more)) {
          level -= Math.signum(level);
        }
      }
      level = Math.max(-GridChunk.MAX_LEVEL, Math.min(GridChunk.MAX_LEVEL, level));
      if (pruned != null && pruned[start + c]) {
        level = 0;
      }
      levels[start + c] = (int) level;
      rounded[c] = level * step;
    }
  }
}
