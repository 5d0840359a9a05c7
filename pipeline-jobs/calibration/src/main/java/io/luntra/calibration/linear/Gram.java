package io.luntra.calibration.linear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

/** H = XᵀX over all rows that were added; products in float32, their sum in float64. */
public final class Gram implements AutoCloseable {
  /** Rows of a product: the more, the fewer sums in float64 of dimension × dimension. */
  private static final int PENDING_ROWS = 1024;

  private final NDManager manager;
  private final int dimension;
  private final NDArray sum;
  private final FloatBuffer pending;
  private long rows;

  Gram(NDManager manager, int dimension) {
    this.manager = manager;
    this.dimension = dimension;
    this.sum = manager.zeros(new Shape(dimension, dimension), DataType.FLOAT64);
    this.pending = FloatBuffer.allocate(PENDING_ROWS * dimension);
  }

  /**
   * Adds rows.
   *
   * @param values rows one after the other; read from its position to its limit
   */
  public void add(FloatBuffer values) {
    rows += values.remaining() / dimension;
    FloatBuffer left = values.duplicate();
    while (left.hasRemaining()) {
      int count = Math.min(left.remaining(), pending.remaining());
      pending.put(left.slice(left.position(), count));
      left.position(left.position() + count);
      if (!pending.hasRemaining()) {
        addPending();
      }
    }
  }

  private void addPending() {
    pending.flip();
    try (NDManager scope = manager.newSubManager()) {
      Shape shape = new Shape(pending.remaining() / dimension, dimension);
      NDArray x = scope.create(pending, shape, DataType.FLOAT32);
      NDArray product = x.transpose().matMul(x);
      sum.addi(product.toType(DataType.FLOAT64, false));
    }
    pending.clear();
  }

  /** H / rows, row-major. */
  public double[] mean() {
    if (pending.position() > 0) {
      addPending();
    }
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
