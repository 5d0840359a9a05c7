package io.luntra.calibration;

import java.util.Arrays;

/** Chooses the weights that are pruned. */
final class Pruner {
  private Pruner() {}

  /**
   * In each output's column, those of least magnitude × norm of the input channel (Sun et al., "A
   * Simple and Effective Pruning Approach for Large Language Models", section 3).
   *
   * @param values [rows, columns]
   * @param norms of the input channels, one per row
   */
  static boolean[] least(double[] values, int columns, double[] norms, Sparsity sparsity) {
    boolean[] pruned = new boolean[values.length];
    int group = sparsity.group(norms.length);
    for (int first = 0; first < norms.length; first += group) {
      int rows = Math.min(group, norms.length - first);
      int count = sparsity.pruned(rows);
      if (count > 0) {
        for (int c = 0; c < columns; c++) {
          least(values, columns, norms, first, rows, c, count, pruned);
        }
      }
    }
    return pruned;
  }

  private static void least(
      double[] values,
      int columns,
      double[] norms,
      int first,
      int rows,
      int column,
      int count,
      boolean[] pruned) {
    double[] scores = new double[rows];
    for (int r = 0; r < rows; r++) {
      scores[r] = Math.abs(values[(first + r) * columns + column]) * norms[first + r];
    }
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double threshold = sorted[count - 1];
    int left = count;
    for (int r = 0; r < rows; r++) {
      if (scores[r] < threshold) {
        pruned[(first + r) * columns + column] = true;
        left--;
      }
    }
    for (int r = 0; r < rows && left > 0; r++) {
      if (scores[r] == threshold) {
        pruned[(first + r) * columns + column] = true;
        left--;
      }
    }
  }
}
