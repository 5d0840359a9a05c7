package io.luntra.calibration.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luntra.calibration.linear.InverseFactor.Order;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against the same in plain loops; 150 channels are more than one block. */
final class InverseFactorTest {
  private static final int D = 150;
  private static final int ROWS = 400;
  private static final int COLUMNS = 7;
  private static final double DAMPING = 0.01;

  private static LinearAlgebra algebra;
  private static float[] x;
  private static double[] h;
  private static InverseFactor factor;
  private static InverseFactor leastFirst;

  @BeforeAll
  static void open() {
    algebra = LinearAlgebra.open();
    Random random = new Random(1);
    x = new float[ROWS * D];
    for (int r = 0; r < ROWS; r++) {
      double common = random.nextGaussian();
      for (int i = 0; i < D; i++) {
        x[r * D + i] = (float) (common * (1 + i % 5) + random.nextGaussian() * (1 + i % 11));
      }
    }
    h = new double[D * D];
    for (int r = 0; r < ROWS; r++) {
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          h[i * D + j] += (double) x[r * D + i] * x[r * D + j] / ROWS;
        }
      }
    }
    Gram gram = algebra.gram(D);
    gram.add(FloatBuffer.wrap(x, 0, 100 * D));
    gram.add(FloatBuffer.wrap(x, 100 * D, (ROWS - 100) * D));
    double[] squares = gram.meanSquares();
    for (int i = 0; i < D * D; i++) {
      assertThat(squares[i]).isCloseTo(h[i], within(1e-3));
    }
    leastFirst = gram.factor(false, DAMPING, Order.LEAST_FIRST);
    factor = gram.factor(false, DAMPING, Order.AS_THEY_ARE);
    double added = DAMPING * trace() / D;
    for (int i = 0; i < D; i++) {
      h[i * D + i] += added;
    }
  }

  @AfterAll
  static void close() {
    algebra.close();
  }

  private static double trace() {
    double sum = 0;
    for (int i = 0; i < D; i++) {
      sum += h[i * D + i];
    }
    return sum;
  }

  /** Uᵀ, as the product with the identity gives it. */
  private static double[] transposed() {
    double[] identity = new double[D * D];
    for (int i = 0; i < D; i++) {
      identity[i * D + i] = 1;
    }
    return factor.timesTransposed(identity, D);
  }

  @Test
  void itsSquareIsTheInverse() {
    double[] t = transposed();
    double[] inverse = new double[D * D];
    for (int i = 0; i < D; i++) {
      assertThat(factor.diagonal(i)).isCloseTo(t[i * D + i], within(1e-12)).isPositive();
      for (int j = 0; j < D; j++) {
        if (j > i) {
          assertThat(t[i * D + j]).isCloseTo(0, within(1e-12));
        }
        for (int k = 0; k < D; k++) {
          inverse[i * D + j] += t[i * D + k] * t[j * D + k];
        }
      }
    }
    for (int i = 0; i < D; i++) {
      for (int j = 0; j < D; j++) {
        double product = 0;
        for (int k = 0; k < D; k++) {
          product += h[i * D + k] * inverse[k * D + j];
        }
        assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-3));
      }
    }
  }

  @Test
  void feedBackIsThatOfPlainLoops() {
    double[] w = weights();
    double[] u = transposed();
    double[] expected = new double[D * COLUMNS];
    double[] left = w.clone();
    for (int i = 0; i < D; i++) {
      for (int c = 0; c < COLUMNS; c++) {
        double rounded = Math.rint(left[i * COLUMNS + c]);
        expected[i * COLUMNS + c] = rounded;
        double error = (left[i * COLUMNS + c] - rounded) / u[i * D + i];
        for (int j = i + 1; j < D; j++) {
          left[j * COLUMNS + c] -= u[j * D + i] * error;
        }
      }
    }
    assertThat(fedBack(factor, w)).containsExactly(expected);
  }

  @Test
  void feedBackLosesLessOfTheProductThanRounding() {
    double[] w = weights();
    double[] nearest = Arrays.stream(w).map(Math::rint).toArray();

    assertThat(lost(w, fedBack(factor, w))).isLessThan(0.8 * lost(w, nearest));
    assertThat(lost(w, fedBack(leastFirst, w))).isLessThan(0.8 * lost(w, nearest));
  }

  @Test
  void theChannelThatCountsLeastComesFirst() {
    double[] w = weights();
    List<Integer> rows = new ArrayList<>();
    leastFirst.feedBack(w, COLUMNS, (row, block, at, rowsLeft, rounded) -> rows.add(row));

    assertThat(rows).hasSize(D).doesNotHaveDuplicates();
    for (int i = 1; i < D; i++) {
      int before = rows.get(i - 1);
      int after = rows.get(i);
      assertThat(h[after * D + after]).isGreaterThan(h[before * D + before] - 1e-3);
    }
    double logs = 0;
    for (int i = 0; i < D; i++) {
      logs += Math.log(leastFirst.diagonal(i)) - Math.log(factor.diagonal(i));
    }
    assertThat(logs).as("U_ii multiply to the same in any order").isCloseTo(0, within(1e-6));
  }

  @Test
  void theShapeOfAnErrorDoesNotDependOnTheOrder() {
    // EᵀHE of E = UᵀZ is ZᵀZ.
    double[] z = weights();
    double squares = Arrays.stream(z).map(value -> value * value).sum();
    double[] zero = new double[z.length];

    assertThat(lost(factor.timesTransposed(z, COLUMNS), zero)).isCloseTo(squares, within(1e-2));
    assertThat(lost(leastFirst.timesTransposed(z, COLUMNS), zero)).isCloseTo(squares, within(1e-2));
  }

  private static double[] weights() {
    Random random = new Random(2);
    double[] w = new double[D * COLUMNS];
    Arrays.setAll(w, i -> 2 * random.nextGaussian());
    return w;
  }

  private static double[] fedBack(InverseFactor by, double[] w) {
    double[] found = new double[w.length];
    by.feedBack(
        w,
        COLUMNS,
        (row, block, at, rowsLeft, rounded) -> {
          for (int c = 0; c < COLUMNS; c++) {
            rounded[c] = Math.rint(block[at + c]);
            found[row * COLUMNS + c] = rounded[c];
          }
        });
    return found;
  }

  /** ‖X (W − Ŵ)‖² with the damping, as the trace of EᵀHE. */
  private static double lost(double[] w, double[] found) {
    double sum = 0;
    for (int c = 0; c < COLUMNS; c++) {
      for (int i = 0; i < D; i++) {
        for (int j = 0; j < D; j++) {
          sum +=
              (w[i * COLUMNS + c] - found[i * COLUMNS + c])
                  * h[i * D + j]
                  * (w[j * COLUMNS + c] - found[j * COLUMNS + c]);
        }
      }
    }
    return sum;
  }

  @Test
  void anErrorAlongTheMeanRowCostsNothingWhereItIsCentred() {
    Random random = new Random(3);
    float[] far = new float[ROWS * 2];
    for (int r = 0; r < ROWS; r++) {
      far[2 * r] = (float) (30 + random.nextGaussian());
      far[2 * r + 1] = (float) (-40 + 2 * random.nextGaussian());
    }
    try (Gram gram = algebra.gram(2)) {
      gram.add(FloatBuffer.wrap(far));
      assertThat(gram.mean()[0]).isCloseTo(30, within(0.3));
      assertThat(gram.mean()[1]).isCloseTo(-40, within(0.6));
      double[] covariance = gram.covariance();
      assertThat(covariance[0]).isCloseTo(1, within(0.3));
      assertThat(covariance[3]).isCloseTo(4, within(1.0));
      assertThat(covariance[1]).isCloseTo(0, within(0.4)).isEqualTo(covariance[2]);
      double damping = 1e-3;
      double added = damping * (gram.meanSquares()[0] + gram.meanSquares()[3]) / 2;
      try (InverseFactor centred = gram.factor(true, damping, Order.AS_THEY_ARE)) {
        assertThat(centred.diagonal(1))
            .isCloseTo(1 / Math.sqrt(covariance[3] + added), within(1e-3));
      }
    }
  }

  @Test
  void blocksOfColumnsGiveAllProducts() {
    int d = 500;
    Random random = new Random(4);
    float[] wide = new float[3 * d];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = (float) random.nextGaussian();
    }
    try (Gram gram = algebra.gram(d)) {
      gram.add(FloatBuffer.wrap(wide));
      double[] squares = gram.meanSquares();
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          double expected = 0;
          for (int r = 0; r < 3; r++) {
            expected += (double) wide[r * d + i] * wide[r * d + j] / 3;
          }
          assertThat(squares[i * d + j]).isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  @Test
  void inputsThatNeverCameStillGiveAFactor() {
    try (Gram empty = algebra.gram(3);
        InverseFactor plain = empty.factor(false, DAMPING, Order.LEAST_FIRST)) {
      assertThat(plain.dimension()).isEqualTo(3);
      assertThat(plain.diagonal(2)).isEqualTo(1);
    }
  }
}
