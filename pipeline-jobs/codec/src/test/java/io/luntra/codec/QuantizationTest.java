package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.codec.quantize.MagnitudeHistogram;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorRole;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a profile promises of every value that comes back. */
final class QuantizationTest {
  private static final int ROW = 96;

  private static float[] roundTrip(float[] values, int row, TensorSettings settings) {
    byte[] raw = Chunks.ofFloats(values);
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      byte[] encoded = encoder.encode(new ChunkShape(DataType.FP32, 2, row), raw, null, settings);
      return Chunks.floats(decoder.decode(encoded, 0, encoded.length, raw.length, null));
    }
  }

  private static TensorSettings settings(String profile, TensorRole role) {
    return TensorSettings.of(Profile.fromId(profile), DataType.FP32, 2, role);
  }

  private static float[] weights(long seed, int rows) {
    return Chunks.floats(Chunks.weights(seed, rows * ROW, ROW));
  }

  /** The largest error that a grid over so many values allows, in the range of these values. */
  private static void assertWithin(float[] values, float[] found, int from, int to, double share) {
    double most = 0;
    for (int i = from; i < to; i++) {
      most = Math.max(most, Math.abs(values[i]));
    }
    for (int i = from; i < to; i++) {
      assertThat(Math.abs((double) values[i] - found[i]))
          .as("value %d, %s", i, values[i])
          .isLessThanOrEqualTo(most * share);
    }
  }

  @Property(tries = 30)
  void int8KeepsEachRowWithinItsStep(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int n) {
    float[] values = weights(seed, n);
    for (String profile : new String[] {"int8", "int8-asymmetric"}) {
      float[] found = roundTrip(values, ROW, settings(profile, TensorRole.OUTPUT_ROWS));
      for (int row = 0; row < n; row++) {
        assertWithin(values, found, row * ROW, (row + 1) * ROW, 1.0 / 127);
      }
    }
  }

  @Property(tries = 30)
  void int4KeepsEachGroupWithinTwoSteps(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int n) {
    float[] values = weights(seed, n);
    for (String profile : new String[] {"int4", "int4-asymmetric", "int4-g16"}) {
      float[] found = roundTrip(values, ROW, settings(profile, TensorRole.OUTPUT_ROWS));
      for (int at = 0; at < values.length; at += 32) {
        assertWithin(values, found, at, at + 32, 2.0 / 7);
      }
    }
  }

  @Test
  void anOutlierCostsItsOwnRowOnly() {
    float[] values = weights(3, 8);
    values[ROW + 5] = 1e30f;
    float[] found = roundTrip(values, ROW, settings("int8", TensorRole.OUTPUT_ROWS));
    for (int row : new int[] {0, 2, 7}) {
      assertWithin(values, found, row * ROW, (row + 1) * ROW, 1.0 / 127);
    }
    assertWithin(values, found, ROW, 2 * ROW, 1.0 / 127);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int8", "int8-asymmetric", "int4", "entropy"})
  void whatIsNoNumberKeepsTheChunkAsItIs(String profile) {
    for (float special :
        new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] values = weights(4, 4);
      values[17] = special;
      float[] found = roundTrip(values, ROW, settings(profile, TensorRole.OTHER));
      assertThat(Chunks.ofFloats(found)).isEqualTo(Chunks.ofFloats(values));
    }
  }

  @Property(tries = 20)
  void smallerStepsCostMoreAndLoseLess(@ForAll long seed) {
    float[] values = weights(seed, 64);
    TensorSettings usual = settings("entropy", TensorRole.INPUT_ROWS);
    assertThat(squaredError(values, roundTrip(values, ROW, usual.withStepScale(0.5))))
        .isLessThan(squaredError(values, roundTrip(values, ROW, usual)));
    assertThat(size(values, usual.withStepScale(0.5))).isGreaterThan(size(values, usual));
  }

  private static double squaredError(float[] values, float[] found) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += Math.pow((double) values[i] - found[i], 2);
    }
    return sum;
  }

  private static int size(float[] values, TensorSettings settings) {
    try (ChunkEncoder encoder = ChunkEncoder.create()) {
      return encoder.encode(
              new ChunkShape(DataType.FP32, 2, ROW), Chunks.ofFloats(values), null, settings)
          .length;
    }
  }

  @Property(tries = 30)
  void aShareOfTheLeastIsPrunedAndCostsNextToNothing(
      @ForAll long seed, @ForAll @DoubleRange(min = 0.05, max = 0.9) double share) {
    float[] values = weights(seed, 100);
    MagnitudeHistogram magnitudes = new MagnitudeHistogram();
    magnitudes.add(Chunks.ofFloats(values));
    float threshold = magnitudes.threshold(share);
    TensorSettings plain = settings("int8", TensorRole.INPUT_ROWS);
    TensorSettings pruned = plain.withPruning(Pruning.below(threshold));
    float[] found = roundTrip(values, ROW, pruned);

    int zeros = 0;
    int below = 0;
    for (int i = 0; i < values.length; i++) {
      zeros += found[i] == 0 ? 1 : 0;
      if (Math.abs(values[i]) < threshold) {
        below++;
        assertThat(found[i]).isZero();
      }
    }
    assertThat(below).isLessThanOrEqualTo((int) (share * values.length));
    assertThat((double) zeros / values.length).isGreaterThan(share - 0.03);
    assertThat(size(values, pruned)).isLessThan(size(values, plain));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void ofEveryFourAlongTheInputTheLargestTwoAreKept(boolean downColumns) {
    int rows = 64;
    Random random = new Random(6);
    float[] values = new float[rows * ROW];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() + (random.nextBoolean() ? 3 : -3));
    }
    float[] found =
        roundTrip(
            values,
            ROW,
            settings("int8", TensorRole.OTHER).withPruning(Pruning.pattern(2, 4, downColumns)));
    int stride = downColumns ? ROW : 1;
    int outer = downColumns ? ROW : rows;
    for (int o = 0; o < outer; o++) {
      for (int g = 0; g < (downColumns ? rows : ROW); g += 4) {
        double most = 0;
        double least = Double.MAX_VALUE;
        int kept = 0;
        for (int k = g; k < g + 4; k++) {
          int at = (downColumns ? o : o * ROW) + k * stride;
          if (found[at] == 0) {
            most = Math.max(most, Math.abs(values[at]));
          } else {
            least = Math.min(least, Math.abs(values[at]));
            kept++;
          }
        }
        assertThat(kept).isEqualTo(2);
        assertThat(most).isLessThanOrEqualTo(least);
      }
    }
  }

  @Test
  void anEmptyHistogramPrunesNothing() {
    assertThat(new MagnitudeHistogram().threshold(0.5)).isZero();
    MagnitudeHistogram zeros = new MagnitudeHistogram();
    zeros.add(Chunks.ofFloats(new float[100]));
    assertThat(Arrays.asList(zeros.threshold(0), zeros.threshold(0.99))).containsExactly(0f, 0f);
  }
}
