package io.luntra.calibration;

import java.util.Arrays;

/** Chooses the weights that are pruned. */
final class Pruner {
  private Pruner() {}

  /**
   * In each output's column the share of least magnitude × norm of the input channel (Sun et al.,
   * "A Simple and Effective Pruning Approach for Large Language Models", section 3).
   *
   * @param values [rows, columns]
   * @param norms of the input channels, one per row
   */
  static boolean[] least(double[] values, int columns, double[] norms, double share) {
    int rows = norms.length;
    boolean[] pruned = new boolean[values.length];
    int count = (int) (rows * share);
    if (count == 0) {
      return pruned;
    }
    double[] scores = new double[rows];
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        scores[r] = Math.abs(values[r * columns + c]) * norms[r];
      }
      double[] sorted = scores.clone();
      Arrays.sort(sorted);
      double threshold = sorted[count - 1];
      for (int r = 0, left = count; r < rows && left > 0; r++) {
        if (scores[r] <= threshold) {
          pruned[r * columns + c] = true;
          left--;
        }
      }
    }
    return pruned;
  }
}
