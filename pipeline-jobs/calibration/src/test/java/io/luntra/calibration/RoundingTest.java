package io.luntra.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luntra.codec.GridChunk;
import io.luntra.codec.quantize.Steps;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class RoundingTest {
  private static final int ROWS = 40;
  private static final int COLUMNS = 6;

  private static double[] values(long seed) {
    Random random = new Random(seed);
    double[] values = new double[ROWS * COLUMNS];
    Arrays.setAll(values, i -> random.nextGaussian() * Math.pow(4, random.nextInt(3)));
    return values;
  }

  private static void round(
      io.luntra.calibration.linear.InverseFactor.RowRounding rounding,
      double[] values,
      double[] rounded) {
    double[] row = new double[COLUMNS];
    for (int r = 0; r < ROWS; r++) {
      rounding.round(r, values, r * COLUMNS, ROWS - r, row);
      System.arraycopy(row, 0, rounded, r * COLUMNS, COLUMNS);
    }
  }

  private static short[] steps() {
    short[] steps = new short[ROWS];
    Arrays.fill(steps, Steps.nearest(0.5, 4));
    return steps;
  }

  @Property(tries = 50)
  void withoutWeightOnBitsTheNearestLevelIsTaken(@ForAll long seed) {
    double[] values = values(seed);
    double[] rounded = new double[values.length];
    int[] levels = new int[values.length];
    round(new EntropyRounding(steps(), 0, COLUMNS, levels, null), values, rounded);

    double step = GridChunk.step(steps()[0]);
    for (int i = 0; i < values.length; i++) {
      assertThat(rounded[i]).isCloseTo(values[i], within(step / 2 + 1e-12));
      assertThat(rounded[i]).isEqualTo(levels[i] * step);
    }
  }

  @Property(tries = 50)
  void weightOnBitsDrawsTowardsZeroByOneLevelAtMost(@ForAll long seed) {
    double[] values = values(seed);
    int[] nearest = new int[values.length];
    int[] cheaper = new int[values.length];
    double[] rounded = new double[values.length];
    round(new EntropyRounding(steps(), 0, COLUMNS, nearest, null), values, rounded);
    round(new EntropyRounding(steps(), 0.2, COLUMNS, cheaper, null), values, rounded);

    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(nearest[i]) - Math.abs(cheaper[i])).isBetween(0, 1);
    }
    assertThat(Arrays.stream(cheaper).map(Math::abs).sum())
        .isLessThanOrEqualTo(Arrays.stream(nearest).map(Math::abs).sum());
  }

  @Property(tries = 50)
  void groupsKeepToTheirGridAndPrunedWeightsAreZero(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int group) {
    double[] values = values(seed);
    boolean[] pruned = new boolean[values.length];
    for (int i = 0; i < pruned.length; i += 3) {
      pruned[i] = true;
    }
    double[] rounded = new double[values.length];
    int[] levels = new int[values.length];
    short[] steps = new short[(ROWS + group - 1) / group * COLUMNS];
    double[] even = new double[ROWS];
    Arrays.fill(even, 1);
    round(new GroupRounding(4, group, COLUMNS, even, steps, levels, pruned), values, rounded);

    for (int i = 0; i < values.length; i++) {
      double step = GridChunk.step(steps[i / COLUMNS / group * COLUMNS + i % COLUMNS]);
      assertThat(levels[i]).isBetween(-8, 7);
      assertThat(rounded[i]).isEqualTo(levels[i] * step);
      if (pruned[i]) {
        assertThat(levels[i]).isZero();
      } else {
        // The least step of a candidate is about half of the one that clips nothing.
        assertThat(Math.abs(rounded[i] - values[i]))
            .isLessThanOrEqualTo(Math.abs(values[i]) + step);
      }
    }
  }

  @Test
  void aShareOfEachOutputIsPruned() {
    double[] values = {1, -9, 4, 2, -3, 8, 2, 1};
    double[] norms = {1, 1, 1, 10};

    boolean[] pruned = Pruner.least(values, 2, norms, Sparsity.of(0.5));

    // Columns 1 4 -3 2×10 and -9 2 8 1×10.
    assertThat(pruned).containsExactly(true, false, false, true, true, true, false, false);
  }

  @Property(tries = 50)
  void ofEveryFourTwoAreKept(@ForAll long seed) {
    double[] values = values(seed);
    double[] norms = new double[ROWS];
    Arrays.fill(norms, 1);
    boolean[] pruned = Pruner.least(values, COLUMNS, norms, Sparsity.pattern(2, 4));

    for (int c = 0; c < COLUMNS; c++) {
      for (int r = 0; r < ROWS; r += 4) {
        double most = 0;
        double least = Double.MAX_VALUE;
        int kept = 0;
        for (int i = r; i < r + 4; i++) {
          double magnitude = Math.abs(values[i * COLUMNS + c]);
          if (pruned[i * COLUMNS + c]) {
            most = Math.max(most, magnitude);
          } else {
            least = Math.min(least, magnitude);
            kept++;
          }
        }
        assertThat(kept).isEqualTo(2);
        assertThat(most).isLessThanOrEqualTo(least);
      }
    }
  }
}
