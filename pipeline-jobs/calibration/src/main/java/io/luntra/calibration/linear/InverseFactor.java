package io.luntra.calibration.linear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The upper triangular U with H⁻¹ = UᵀU of a symmetric positive definite H [d, d]: what error
 * feedback needs (Frantar et al., GPTQ, section 3.3). Its rows and columns are in the order in
 * which input channels are rounded; kept as blocks of {@link #BLOCK} rows.
 */
public final class InverseFactor implements AutoCloseable {
  /** Rows of a block. */
  public static final int BLOCK = 128;

  private final NDManager manager;
  private final int dimension;
  private final int[] order;
  private final int[] places;
  private final List<NDArray> rowBlocks;
  private final double[][] squares;

  /** Which input channels are rounded first. */
  public enum Order {
    /** Those that come first. */
    AS_THEY_ARE,
    /**
     * Those with the least H_ii. Each leaves its error to those after it, so it may take the larger
     * steps, of which most levels are 0; those that count most come last with the smallest. The
     * product of all U_ii is the same in any order: where few bits are spent, it pays that they
     * differ.
     */
    LEAST_FIRST
  }

  private InverseFactor(
      NDManager manager, int[] order, List<NDArray> rowBlocks, double[][] squares) {
    this.manager = manager;
    this.dimension = order.length;
    this.order = order;
    this.places = new int[dimension];
    for (int i = 0; i < dimension; i++) {
      places[order[i]] = i;
    }
    this.rowBlocks = rowBlocks;
    this.squares = squares;
  }

  /**
   * @param h row-major
   * @param added to its diagonal
   */
  static InverseFactor of(NDManager manager, double[] h, int d, double added, Order sorted) {
    int[] order = order(h, d, sorted);
    // Where nothing ever came in, every direction is as good as any other.
    double ridge = added > 0 && !Double.isInfinite(added) ? added : 1;
    double[] ordered = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        ordered[i * d + j] = h[order[i] * d + order[j]] + (i == j ? ridge : 0);
      }
    }
    List<NDArray> blocks = new ArrayList<>();
    double[][] squares = new double[(d + BLOCK - 1) / BLOCK][];
    try (NDManager scope = manager.newSubManager()) {
      NDArray rest = scope.create(ordered, new Shape(d, d)).inverse();
      for (int start = 0; start < d; start += BLOCK) {
        int size = Math.min(BLOCK, d - start);
        double[] corner = rest.get(new NDIndex(":{}, :{}", size, size)).toDoubleArray();
        double[] lower = cholesky(corner, size, order, start);
        NDArray inverse = scope.create(invertLower(lower, size), new Shape(size, size));
        NDArray rows = inverse.matMul(rest.get(new NDIndex(":{}", size)));
        squares[start / BLOCK] = transpose(lower, size);
        rows.attach(manager);
        blocks.add(rows);
        if (start + size < d) {
          NDArray right = rows.get(new NDIndex(":, {}:", size));
          NDArray corrected =
              rest.get(new NDIndex("{}:, {}:", size, size)).sub(right.transpose().matMul(right));
          rest.close();
          rest = corrected;
          right.close();
        }
      }
    }
    return new InverseFactor(manager, order, blocks, squares);
  }

  private static int[] order(double[] h, int d, Order order) {
    IntStream channels = IntStream.range(0, d);
    return switch (order) {
      case AS_THEY_ARE -> channels.toArray();
      case LEAST_FIRST ->
          channels
              .boxed()
              .sorted(Comparator.comparingDouble(i -> h[i * d + i]))
              .mapToInt(Integer::intValue)
              .toArray();
    };
  }

  private static double[] cholesky(double[] a, int n, int[] order, int offset) {
    double[] l = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= l[i * n + k] * l[j * n + k];
        }
        if (i == j) {
          if (!(sum > 0)) {
            throw new LuntraException(
                "The statistics of input channel %d are not positive definite: more damping is needed"
                    .formatted(order[offset + i]));
          }
          l[i * n + i] = Math.sqrt(sum);
        } else {
          l[i * n + j] = sum / l[j * n + j];
        }
      }
    }
    return l;
  }

  private static double[] invertLower(double[] l, int n) {
    double[] inverse = new double[n * n];
    for (int column = 0; column < n; column++) {
      for (int i = column; i < n; i++) {
        double sum = i == column ? 1 : 0;
        for (int k = column; k < i; k++) {
          sum -= l[i * n + k] * inverse[k * n + column];
        }
        inverse[i * n + column] = sum / l[i * n + i];
      }
    }
    return inverse;
  }

  private static double[] transpose(double[] l, int n) {
    double[] upper = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        upper[j * n + i] = l[i * n + j];
      }
    }
    return upper;
  }

  public int dimension() {
    return dimension;
  }

  /** U_ii of input channel i: the smaller, the more an error in it costs. */
  public double diagonal(int i) {
    int place = places[i];
    int size = Math.min(BLOCK, dimension - place / BLOCK * BLOCK);
    int inside = place % BLOCK;
    return squares[place / BLOCK][inside * size + inside];
  }

  /**
   * UᵀZ for Z [d, columns], row-major, its rows in the order of rounding, those of the result in
   * the order of input channels: the shape of an error after feedback.
   */
  public double[] timesTransposed(double[] z, int columns) {
    double[] result = new double[dimension * columns];
    try (NDManager scope = manager.newSubManager()) {
      for (int block = 0; block < rowBlocks.size(); block++) {
        int start = block * BLOCK;
        int size = Math.min(BLOCK, dimension - start);
        double[] part = new double[size * columns];
        System.arraycopy(z, start * columns, part, 0, part.length);
        NDArray right = scope.create(part, new Shape(size, columns));
        NDArray product = rowBlocks.get(block).transpose().matMul(right);
        double[] values = product.toDoubleArray();
        for (int i = start; i < dimension; i++) {
          int from = (i - start) * columns;
          int to = order[i] * columns;
          for (int c = 0; c < columns; c++) {
            result[to + c] += values[from + c];
          }
        }
        product.close();
        right.close();
      }
    }
    return result;
  }

  /** Puts rows on their grids, one after the other. */
  @FunctionalInterface
  public interface RowRounding {
    /**
     * Rounds one row. Rows come in the factor's order; those after it in the block stand as they
     * would be rounded next.
     *
     * @param row input channel, 0 to d − 1
     * @param block values of this row and those after it in the block, row-major
     * @param rowsLeft rows in {@code block} from this one on, at least 1
     * @param at index of the row's first value in {@code block}
     * @param rounded takes what the row was rounded to
     */
    void round(int row, double[] block, int at, int rowsLeft, double[] rounded);
  }

  /**
   * Rounds the rows of W [d, columns] in the factor's order and lets the rows after each make up
   * for its error: W_j −= U_ij / U_ii × error_i for j &gt; i.
   *
   * @param w row-major; only read
   */
  public void feedBack(double[] w, int columns, RowRounding rounding) {
    try (NDManager scope = manager.newSubManager()) {
      double[] ordered = new double[w.length];
      for (int i = 0; i < dimension; i++) {
        System.arraycopy(w, order[i] * columns, ordered, i * columns, columns);
      }
      NDArray rest = scope.create(ordered, new Shape(dimension, columns));
      double[] rounded = new double[columns];
      for (int index = 0; index < rowBlocks.size(); index++) {
        int start = index * BLOCK;
        int size = Math.min(BLOCK, dimension - start);
        double[] block = rest.get(new NDIndex(":{}", size)).toDoubleArray();
        double[] u = squares[index];
        double[] errors = new double[size * columns];
        for (int i = 0; i < size; i++) {
          int at = i * columns;
          rounding.round(order[start + i], block, at, size - i, rounded);
          double scale = 1 / u[i * size + i];
          for (int c = 0; c < columns; c++) {
            errors[at + c] = (block[at + c] - rounded[c]) * scale;
          }
          for (int j = i + 1; j < size; j++) {
            double factor = u[i * size + j];
            int to = j * columns;
            for (int c = 0; c < columns; c++) {
              block[to + c] -= factor * errors[at + c];
            }
          }
        }
        if (start + size < dimension) {
          NDArray right = rowBlocks.get(index).get(new NDIndex(":, {}:", size));
          NDArray error = scope.create(errors, new Shape(size, columns));
          NDArray corrected =
              rest.get(new NDIndex("{}:", size)).sub(right.transpose().matMul(error));
          rest.close();
          error.close();
          right.close();
          rest = corrected;
        }
      }
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
