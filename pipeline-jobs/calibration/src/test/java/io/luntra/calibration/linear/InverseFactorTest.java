package io.luntra.calibration.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
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
    double[] mean = gram.mean();
    for (int i = 0; i < D * D; i++) {
      assertThat(mean[i]).isCloseTo(h[i], within(1e-3));
    }
    factor = gram.factor(DAMPING);
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
    assertThat(fedBack(w)).containsExactly(expected);
  }

  @Test
  void feedBackLosesLessOfTheProductThanRounding() {
    double[] w = weights();
    double[] nearest = Arrays.stream(w).map(Math::rint).toArray();

    assertThat(lost(w, fedBack(w))).isLessThan(0.8 * lost(w, nearest));
  }

  private static double[] weights() {
    Random random = new Random(2);
    double[] w = new double[D * COLUMNS];
    Arrays.setAll(w, i -> 2 * random.nextGaussian());
    return w;
  }

  private static double[] fedBack(double[] w) {
    double[] found = new double[w.length];
    factor.feedBack(
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
  void inputsThatNeverCameStillGiveAFactor() {
    try (Gram empty = algebra.gram(3);
        InverseFactor plain = empty.factor(DAMPING)) {
      assertThat(plain.dimension()).isEqualTo(3);
      assertThat(plain.diagonal(2)).isEqualTo(1);
    }
  }
}
