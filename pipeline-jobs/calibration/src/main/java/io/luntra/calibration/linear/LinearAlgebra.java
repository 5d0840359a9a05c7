package io.luntra.calibration.linear;

import ai.djl.ndarray.NDManager;
import io.luntra.failure.LuntraException;
import io.luntra.quality.Libtorch;

/** Products of matrices of a model's size, on {@link Libtorch}; call it from several threads. */
public final class LinearAlgebra implements AutoCloseable {
  private final NDManager manager;

  private LinearAlgebra(NDManager manager) {
    this.manager = manager;
  }

  /**
   * Loads PyTorch.
   *
   * @throws LuntraException when its natives are not there for this platform
   */
  public static LinearAlgebra open() {
    return new LinearAlgebra(Libtorch.newManager());
  }

  /** A sum of XᵀX for X of so many columns; the caller closes it. */
  public Gram gram(int dimension) {
    return new Gram(manager.newSubManager(), dimension);
  }

  @Override
  public void close() {
    manager.close();
  }
}
