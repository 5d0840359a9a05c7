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
 * @param slices its chunks, in order
 */
record Matrix(
    String name,
    TensorRole role,
    int rows,
    int columns,
    boolean transposed,
    InverseFactor factor,
    Section section,
    List<ChunkSlice> slices) {

  int elements() {
    return rows * columns;
  }

  boolean isEmbedding() {
    return factor == null;
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
