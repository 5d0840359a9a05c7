package io.luntra.calibration;

import io.luntra.calibration.linear.InverseFactor;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.TensorRole;
import java.util.List;

/**
 * A tensor that calibration quantizes, as a matrix with one row per input channel or token.
 *
 * @param transposed whether the file has it with one row per output
 * @param factor of its input's statistics; null for an embedding
 * @param bias name of what is added to the product and can make up for the mean error; null where
 *     there is none
 * @param mean of each input channel, where there is a bias; otherwise null
 * @param slices its chunks, in order
 */
record Matrix(
    String name,
    TensorRole role,
    int rows,
    int columns,
    boolean transposed,
    InverseFactor factor,
    String bias,
    double[] mean,
    Section section,
    List<ChunkSlice> slices) {

  int elements() {
    return rows * columns;
  }

  boolean isEmbedding() {
    return factor == null;
  }

  /** What values [rows, columns] give for the mean input: [columns]. */
  double[] meanOutput(double[] values) {
    double[] outputs = new double[columns];
    for (int row = 0; row < rows; row++) {
      for (int c = 0; c < columns; c++) {
        outputs[c] += mean[row] * values[row * columns + c];
      }
    }
    return outputs;
  }

  /** The values of a file, with one row per input channel or token. */
  double[] oriented(float[] stored) {
    double[] values = new double[stored.length];
    for (int i = 0; i < stored.length; i++) {
      values[transposed ? i % rows * columns + i / rows : i] = stored[i];
    }
    return values;
  }
}
