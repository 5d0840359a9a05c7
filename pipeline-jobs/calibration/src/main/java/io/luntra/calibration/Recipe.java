package io.luntra.calibration;

import io.luntra.calibration.linear.InverseFactor;
import io.luntra.calibration.linear.InverseFactor.RowRounding;
import io.luntra.codec.BlockShape;
import io.luntra.codec.Profile;
import io.luntra.codec.quantize.Steps;
import io.luntra.tensor.TensorRole;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much error each matrix may take, and its levels for one α.
 *
 * <p>A step of input channel i is a × U_ii with a = α √(n / s): n elements, s the squared error of
 * the output per squared a. That is where one bit more buys the same everywhere. Rows of an
 * embedding, which have no common input, share a, weighted by the rank of their token: vocabularies
 * are written in the order of frequency.
 */
final class Recipe {
  private static final int STEP_MANTISSA = 4;

  /** A product's steps are at most so many times the median, in units of its values' spread. */
  private static final double MOST_OVER_MEDIAN = 2;

  private static final int LEAST_RANKED_ROWS = 1000;
  private static final double RANK_OFFSET = 300;
  private static final double RANK_POWER = 0.4;

  /** Weight of a bit against a squared step. */
  private static final double ROUNDING = 0.1;

  private final Profile profile;
  private final double roundingAgainstParent;
  private final Sparsity sparsity;
  private final Map<String, double[]> norms;
  private final Map<String, Double> sensitivities = new TreeMap<>();

  /**
   * @param roundingAgainstParent weight of a bit against a squared step of a difference
   * @param sparsity of each product's weights
   * @param norms of the input channels of each product, where something is pruned
   */
  Recipe(
      Profile profile,
      double roundingAgainstParent,
      Sparsity sparsity,
      Map<String, double[]> norms) {
    this.profile = profile;
    this.roundingAgainstParent = roundingAgainstParent;
    this.sparsity = sparsity;
    this.norms = norms;
  }

  void sensitivity(Matrix matrix, double squaredErrorPerSquare) {
    sensitivities.put(matrix.name(), squaredErrorPerSquare);
  }

  /** Relative size of the steps of each row at a = 1. */
  static double[] rowScales(Matrix matrix) {
    double[] scales = new double[matrix.rows()];
    if (!matrix.isEmbedding()) {
      Arrays.setAll(scales, i -> matrix.factor().diagonal(i));
    } else if (matrix.rows() < LEAST_RANKED_ROWS) {
      Arrays.fill(scales, 1);
    } else {
      Arrays.setAll(scales, i -> StrictMath.pow(i + RANK_OFFSET, RANK_POWER));
      double mean = Arrays.stream(scales).average().orElseThrow();
      Arrays.setAll(scales, i -> scales[i] / mean);
    }
    return scales;
  }

  /** The a of each matrix. */
  Map<String, Double> scales(double alpha, List<Matrix> matrices, Map<String, Double> spreads) {
    Map<String, Double> scales = new TreeMap<>();
    Map<String, Double> perSpread = new TreeMap<>();
    for (Matrix matrix : matrices) {
      double s = sensitivities.get(matrix.name());
      double a = s > 0 ? alpha * Math.sqrt(matrix.elements() / s) : Double.MAX_VALUE;
      scales.put(matrix.name(), a);
      double logs = Arrays.stream(rowScales(matrix)).map(StrictMath::log).average().orElseThrow();
      perSpread.put(matrix.name(), StrictMath.exp(logs) / spreads.get(matrix.name()));
    }
    double[] relative =
        matrices.stream()
            .filter(matrix -> !matrix.isEmbedding())
            .mapToDouble(matrix -> scales.get(matrix.name()) * perSpread.get(matrix.name()))
            .sorted()
            .toArray();
    for (Matrix matrix : matrices) {
      double most =
          matrix.isEmbedding() || relative.length == 0
              ? 1
              : MOST_OVER_MEDIAN * relative[relative.length / 2];
      scales.computeIfPresent(matrix.name(), (name, a) -> Math.min(a, most / perSpread.get(name)));
    }
    return scales;
  }

  /**
   * Puts a matrix on grids.
   *
   * @param values of the matrix, or their difference to the parent's, oriented
   * @param a see above; unused by grids of integers
   */
  QuantizedMatrix quantize(Matrix matrix, double[] values, double a, boolean difference) {
    boolean[] pruned = null;
    double[] channelNorms = norms.get(matrix.name());
    if (channelNorms != null && !sparsity.isNone()) {
      pruned = Pruner.least(values, matrix.columns(), channelNorms, sparsity);
    }
    return profile.kind() == Profile.Kind.ENTROPY
        ? uniform(matrix, values, a, difference, pruned)
        : integers(matrix, values, difference, pruned);
  }

  private QuantizedMatrix uniform(
      Matrix matrix, double[] values, double a, boolean difference, boolean[] pruned) {
    int[] levels = new int[matrix.elements()];
    double[] scales = rowScales(matrix);
    short[] steps = new short[matrix.rows()];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = Steps.nearest(a * scales[i], STEP_MANTISSA);
    }
    double weight = difference ? roundingAgainstParent : ROUNDING;
    round(matrix, values, new EntropyRounding(steps, weight, matrix.columns(), levels, pruned));
    BlockShape block = matrix.transposed() ? new BlockShape(BlockShape.ALL, 1) : BlockShape.ROW;
    return new QuantizedMatrix(matrix, block, steps, stored(matrix, levels), difference);
  }

  private QuantizedMatrix integers(
      Matrix matrix, double[] values, boolean difference, boolean[] pruned) {
    int group =
        profile.granularity() == Profile.Granularity.GROUP ? profile.group() : matrix.columns();
    int bits = profile.kind() == Profile.Kind.INT4 ? 4 : 8;
    int[] levels = new int[matrix.elements()];
    if (matrix.isEmbedding()) {
      // A group lies along the row: the same as one along the column of the transposed matrix.
      int rows = matrix.rows();
      int columns = matrix.columns();
      int across = (columns + group - 1) / group;
      short[] steps = new short[rows * across];
      double[] one = new double[columns];
      double[] rounded = new double[1];
      double[] even = new double[columns];
      Arrays.fill(even, 1);
      short[] rowSteps = new short[across];
      int[] rowLevels = new int[columns];
      GroupRounding rounding = new GroupRounding(bits, group, 1, even, rowSteps, rowLevels, null);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(values, r * columns, one, 0, columns);
        for (int c = 0; c < columns; c++) {
          rounding.round(c, one, c, columns - c, rounded);
        }
        System.arraycopy(rowSteps, 0, steps, r * across, across);
        System.arraycopy(rowLevels, 0, levels, r * columns, columns);
      }
      return new QuantizedMatrix(matrix, BlockShape.alongRow(group), steps, levels, difference);
    }
    double[] weights = new double[matrix.rows()];
    Arrays.setAll(weights, i -> 1 / (matrix.factor().diagonal(i) * matrix.factor().diagonal(i)));
    int down = (matrix.rows() + group - 1) / group;
    short[] steps = new short[down * matrix.columns()];
    round(
        matrix,
        values,
        new GroupRounding(bits, group, matrix.columns(), weights, steps, levels, pruned));
    if (!matrix.transposed()) {
      return new QuantizedMatrix(matrix, BlockShape.alongColumn(group), steps, levels, difference);
    }
    short[] turned = new short[steps.length];
    for (int i = 0; i < steps.length; i++) {
      turned[i % matrix.columns() * down + i / matrix.columns()] = steps[i];
    }
    return new QuantizedMatrix(
        matrix, BlockShape.alongRow(group), turned, stored(matrix, levels), difference);
  }

  private static void round(Matrix matrix, double[] values, RowRounding rounding) {
    InverseFactor factor = matrix.factor();
    if (factor != null) {
      factor.feedBack(values, matrix.columns(), rounding);
      return;
    }
    double[] rounded = new double[matrix.columns()];
    for (int row = 0; row < matrix.rows(); row++) {
      rounding.round(row, values, row * matrix.columns(), matrix.rows() - row, rounded);
    }
  }

  private static int[] stored(Matrix matrix, int[] levels) {
    if (!matrix.transposed()) {
      return levels;
    }
    int[] turned = new int[levels.length];
    for (int i = 0; i < levels.length; i++) {
      turned[i] = levels[i % matrix.rows() * matrix.columns() + i / matrix.rows()];
    }
    return turned;
  }

  /** Whether a tensor of this role has an input that statistics can be taken of. */
  static boolean isProduct(TensorRole role) {
    return role == TensorRole.INPUT_ROWS || role == TensorRole.OUTPUT_ROWS;
  }
}
