package io.luntra.calibration.linear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;

/** XᵀX and the sum of X over all rows that were added; products in float32, sums in float64. */
public final class Gram implements AutoCloseable {
  /** Rows of a product: the more, the fewer sums in float64 of dimension × dimension. */
  private static final int PENDING_ROWS = 1024;

  /** Columns of a block. */
  private static final int COLUMNS = 384;

  private final NDManager manager;
  private final int dimension;
  private final NDArray sum;
  private final NDArray rowSum;
  private final FloatBuffer pending;
  private long rows;

  Gram(NDManager manager, int dimension) {
    this.manager = manager;
    this.dimension = dimension;
    this.sum = manager.zeros(new Shape(dimension, dimension), DataType.FLOAT64);
    this.rowSum = manager.zeros(new Shape(1, dimension), DataType.FLOAT64);
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
      // Products are symmetric: what lies left of the diagonal's blocks is not computed.
      for (int from = 0; from < dimension; from += COLUMNS) {
        int to = Math.min(dimension, from + COLUMNS);
        NDArray right = x.get(new NDIndex(":, {}:", from));
        NDArray left = x.get(new NDIndex(":, {}:{}", from, to));
        NDArray product = left.transpose().matMul(right);
        NDArray part = sum.get(scope, new NDIndex("{}:{}, {}:", from, to, from));
        part.addi(product.toType(DataType.FLOAT64, false));
      }
      NDArray ones = scope.ones(new Shape(1, shape.get(0)), DataType.FLOAT32);
      rowSum.addi(ones.matMul(x).toType(DataType.FLOAT64, false));
    }
    pending.clear();
  }

  /** The mean row. */
  public double[] mean() {
    return mean(rowSum);
  }

  /** XᵀX / rows, row-major. */
  public double[] meanSquares() {
    double[] squares = mean(sum);
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < i / COLUMNS * COLUMNS; j++) {
        squares[i * dimension + j] = squares[j * dimension + i];
      }
    }
    return squares;
  }

  /** XᵀX / rows without what the mean row adds to it: the covariance, row-major. */
  public double[] covariance() {
    double[] mean = mean();
    double[] squares = meanSquares();
    for (int i = 0; i < dimension; i++) {
      for (int j = 0; j < dimension; j++) {
        squares[i * dimension + j] -= mean[i] * mean[j];
      }
    }
    return squares;
  }

  private double[] mean(NDArray sum) {
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
   * The factor of H + damping × the mean of the diagonal of XᵀX / rows × I.
   *
   * @param centred whether H is the covariance: an error along the mean row costs nothing; or all
   *     of XᵀX / rows
   * @param damping above 0
   */
  public InverseFactor factor(boolean centred, double damping, InverseFactor.Order order) {
    double[] h = meanSquares();
    double trace = 0;
    for (int i = 0; i < dimension; i++) {
      trace += h[i * dimension + i];
    }
    double added = damping * trace / dimension;
    if (centred) {
      h = covariance();
    }
    return InverseFactor.of(manager.getParentManager().newSubManager(), h, dimension, added, order);
  }

  @Override
  public void close() {
    manager.close();
  }
}
