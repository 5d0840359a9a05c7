package io.luntra.calibration.linear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

/** H = XᵀX over all rows that were added; products in float32, their sum in float64. */
public final class Gram implements AutoCloseable {
  private final NDManager manager;
  private final int dimension;
  private final NDArray sum;
  private long rows;

  Gram(NDManager manager, int dimension) {
    this.manager = manager;
    this.dimension = dimension;
    this.sum = manager.zeros(new Shape(dimension, dimension), DataType.FLOAT64);
  }

  /**
   * Adds rows.
   *
   * @param values rows one after the other; read from its position to its limit
   */
  public void add(FloatBuffer values) {
    int count = values.remaining() / dimension;
    try (NDManager scope = manager.newSubManager()) {
      NDArray x = scope.create(values, new Shape(count, dimension), DataType.FLOAT32);
      NDArray product = x.transpose().matMul(x);
      sum.addi(product.toType(DataType.FLOAT64, false));
    }
    rows += count;
  }

  /** H / rows, row-major. */
  public double[] mean() {
    try (NDManager scope = manager.newSubManager()) {
      NDArray mean = sum.div(Math.max(1, rows));
      mean.attach(scope);
      return mean.toDoubleArray();
    }
  }

  /**
   * The factor of H / rows + damping × the mean of its diagonal × I.
   *
   * @param damping above 0
   */
  public InverseFactor factor(double damping) {
    return InverseFactor.of(manager.getParentManager().newSubManager(), mean(), dimension, damping);
  }

  @Override
  public void close() {
    manager.close();
  }
}
