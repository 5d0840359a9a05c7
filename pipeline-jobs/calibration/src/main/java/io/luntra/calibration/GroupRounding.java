package io.luntra.calibration;

import io.luntra.calibration.linear.InverseFactor.RowRounding;
import io.luntra.codec.GridChunk;
import io.luntra.codec.quantize.Steps;

/**
 * Rounds to grids of 2^bits levels, one for each group of rows in each column. The step of a group
 * is chosen when its first row comes, from its values as feedback has left them: of those that clip
 * less and less, the one of least squared error, weighted by what an error in each row costs.
 */
final class GroupRounding implements RowRounding {
  /** Bits of a step's mantissa: an eighth apart. */
  static final int MANTISSA = 3;

  /** How far below the step that clips nothing a step may lie: about half. */
  private static final int CANDIDATES = 9;

  private final int group;
  private final int least;
  private final int most;
  private final int columns;
  private final double[] rowWeights;
  private final short[] steps;
  private final int[] levels;
  private final boolean[] pruned;

  /**
   * @param rowWeights cost of a squared error in each row
   * @param steps takes the steps, [⌈rows / group⌉, columns]
   * @param levels takes the levels, row-major
   * @param pruned which elements must be 0, or null
   */
  GroupRounding(
      int bits,
      int group,
      int columns,
      double[] rowWeights,
      short[] steps,
      int[] levels,
      boolean[] pruned) {
    this.group = group;
    this.least = -(1 << (bits - 1));
    this.most = (1 << (bits - 1)) - 1;
    this.columns = columns;
    this.rowWeights = rowWeights;
    this.steps = steps;
    this.levels = levels;
    this.pruned = pruned;
  }

  @Override
  public void round(int row, double[] block, int at, int rowsLeft, double[] rounded) {
    int first = row / group * columns;
    if (row % group == 0) {
      int rows = Math.min(group, rowsLeft);
      for (int c = 0; c < columns; c++) {
        steps[first + c] = best(row, c, block, at + c, rows);
      }
    }
    for (int c = 0; c < columns; c++) {
      double step = GridChunk.step(steps[first + c]);
      double level = step == 0 || isPruned(row, c) ? 0 : clamp(Math.rint(block[at + c] / step));
      levels[row * columns + c] = (int) level;
      rounded[c] = level * step;
    }
  }

  private double clamp(double level) {
    return Math.max(least, Math.min(most, level));
  }

  private boolean isPruned(int row, int column) {
    return pruned != null && pruned[row * columns + column];
  }

  private short best(int row, int column, double[] block, int at, int rows) {
    double largest = 0;
    for (int r = 0; r < rows; r++) {
      if (!isPruned(row + r, column)) {
        largest = Math.max(largest, Math.abs(block[at + r * columns]));
      }
    }
    if (largest == 0) {
      return 0;
    }
    short candidate = Steps.nearest(largest / most, MANTISSA);
    short best = candidate;
    double leastError = Double.POSITIVE_INFINITY;
    for (int k = 0; k < CANDIDATES && GridChunk.step(candidate) >= Float.MIN_NORMAL; k++) {
      double step = GridChunk.step(candidate);
      double error = 0;
      for (int r = 0; r < rows; r++) {
        double value = block[at + r * columns];
        double lost = isPruned(row + r, column) ? 0 : value - clamp(Math.rint(value / step)) * step;
        error += lost * lost * rowWeights[row + r];
      }
      if (error < leastError) {
        leastError = error;
        best = candidate;
      }
      candidate = Steps.below(candidate, MANTISSA);
    }
    return best;
  }
}
