package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.luntra.failure.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutputQualityTest {
  @Test
  void logitsAgreeWhereTheLargestIsTheSame() {
    List<float[][]> reference = List.of(new float[][] {{0, 1}, {2, 0}}, new float[][] {{0, 3}});
    List<float[][]> candidate = List.of(new float[][] {{0, 2}, {0, 1}}, new float[][] {{0, 3}});

    OutputQuality quality = OutputQuality.ofLogits(reference, candidate);

    assertThat(quality.score()).isEqualTo(2.0 / 3);
    assertThat(quality.flipRate()).isEqualTo(1 - 2.0 / 3);
    // Σ p ln (p / q) of (0, 1) and (0, 2), of (2, 0) and (0, 1), and 0; a third of the sum.
    double first = divergence(1 / (1 + Math.E), 1 / (1 + Math.exp(2)));
    double second = divergence(1 / (1 + Math.exp(-2)), 1 / (1 + Math.E));
    assertThat(quality.klDivergence()).isCloseTo((first + second) / 3, within(1e-12));
  }

  private static double divergence(double p, double q) {
    return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
  }

  @Test
  void valuesScoreOneLessTheirRelativeError() {
    OutputQuality quality =
        OutputQuality.ofValues(
            List.<float[][]>of(new float[][] {{3, 4}}), List.<float[][]>of(new float[][] {{3, 3}}));
    assertThat(quality.score()).isCloseTo(0.8, within(1e-12));
    assertThat(quality.relativeError()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void whatIsNoNumberScoresNothing() {
    OutputQuality quality =
        OutputQuality.ofValues(
            List.<float[][]>of(new float[][] {{3, 4}}),
            List.<float[][]>of(new float[][] {{3, Float.NaN}}));
    assertThat(quality.score()).isZero();
  }

  @Test
  void otherShapesAreRefused() {
    assertThatThrownBy(
            () ->
                OutputQuality.ofValues(
                    List.<float[][]>of(new float[][] {{3, 4}}),
                    List.<float[][]>of(new float[][] {{3}})))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("gives 2 where the candidate gives 1");
  }
}
