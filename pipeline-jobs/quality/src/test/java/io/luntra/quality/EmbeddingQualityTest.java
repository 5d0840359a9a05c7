package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.failure.InvalidInputException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class EmbeddingQualityTest {

  @Property(tries = 50)
  void identicalIsPerfect(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 20) int count,
      @ForAll @IntRange(min = 1, max = 12) int dimension) {
    float[][] rows = gaussian(seed, count, dimension);

    assertThat(EmbeddingQuality.compare(rows, rows)).isEqualTo(new EmbeddingQuality(1, 1, 1, 0));
  }

  @Property(tries = 50)
  void lengthOfARowDoesNotCount(@ForAll long seed, @ForAll @IntRange(min = 2, max = 20) int count) {
    float[][] reference = gaussian(seed, count, 8);
    float[][] candidate = gaussian(seed + 1, count, 8);
    float[][] doubled = new float[count][8];
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < 8; k++) {
        doubled[i][k] = 2 * candidate[i][k];
      }
    }

    assertThat(EmbeddingQuality.compare(reference, doubled))
        .isEqualTo(EmbeddingQuality.compare(reference, candidate));
  }

  @Property(tries = 50)
  void moreNoiseIsWorse(@ForAll long seed) {
    float[][] reference = gaussian(seed, 40, 16);
    EmbeddingQuality little = EmbeddingQuality.compare(reference, noisy(reference, seed, 0.05f));
    EmbeddingQuality much = EmbeddingQuality.compare(reference, noisy(reference, seed, 0.5f));

    assertThat(little.cosineMean()).isGreaterThan(much.cosineMean()).isLessThan(1);
    assertThat(little.cosineMin()).isGreaterThan(much.cosineMin());
    assertThat(little.similarityRmse()).isLessThan(much.similarityRmse()).isPositive();
    assertThat(little.nearestNeighbourAgreement())
        .isGreaterThanOrEqualTo(much.nearestNeighbourAgreement());
  }

  @Test
  void knownVectors() {
    float[][] reference = {{1, 0}, {0.6f, 0.8f}, {0, 1}};
    // Reference cosines 0.6, 0, 0.8: nearest 1, 2, 1. Candidate cosines 0, -1, 0: nearest 1, 0, 1.
    float[][] candidate = {{1, 0}, {0, 1}, {-1, 0}};

    EmbeddingQuality quality = EmbeddingQuality.compare(reference, candidate);

    assertThat(quality.cosineMean()).isCloseTo((1 + 0.8 + 0) / 3, within(1e-6));
    assertThat(quality.cosineMin()).isZero();
    assertThat(quality.nearestNeighbourAgreement()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(quality.similarityRmse()).isCloseTo(Math.sqrt((0.36 + 1 + 0.64) / 3), within(1e-6));
  }

  @Test
  void rotationKeepsSimilaritiesButNotCosines() {
    float[][] reference = {{1, 0}, {0.6f, 0.8f}, {0, 1}};
    float[][] turned = {{0, 1}, {-0.8f, 0.6f}, {-1, 0}};

    EmbeddingQuality quality = EmbeddingQuality.compare(reference, turned);

    assertThat(quality.cosineMean()).isCloseTo(0, within(1e-9));
    assertThat(quality.nearestNeighbourAgreement()).isEqualTo(1);
    assertThat(quality.similarityRmse()).isCloseTo(0, within(1e-9));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    float[][] two = {{1, 0}, {0, 1}};
    assertRefused(two, new float[][] {{1, 0}}, "found 2 of the reference and 1 of the candidate");
    assertRefused(new float[][] {{1, 0}}, new float[][] {{1, 0}}, "at least 2 sentences, found 1");
    assertRefused(
        two,
        new float[][] {{1, 0}, {1, 0, 0}},
        "Embedding 1 of the candidate: expected 2 dimensions, found 3");
    assertRefused(new float[][] {{1, 0}, {1}}, two, "Embedding 1 of the reference");
    assertRefused(two, new float[][] {{1, 0}, {Float.NaN, 1}}, "found a squared norm of NaN");
    assertRefused(
        two, new float[][] {{Float.NEGATIVE_INFINITY, 0}, {0, 1}}, "squared norm of Infinity");
    assertRefused(two, new float[][] {{0, 0}, {0, 1}}, "squared norm of 0.0");
    assertThatThrownBy(() -> new EmbeddingQuality(Double.NaN, 0, 0, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cosineMean");
  }

  @Test
  void reportTakesTheWorstOfEachFigureAndIsPlainJson() throws Exception {
    EmbeddingQuality technical = new EmbeddingQuality(0.99, 0.8, 0.75, 0.01);
    EmbeddingQuality prose = new EmbeddingQuality(0.98, 0.9, 0.5, 0.02);
    EmbeddingQuality weakest = EmbeddingQuality.weakest(List.of(technical, prose));
    QualityReport report =
        new QualityReport(
            weakest,
            List.of(
                new CorpusQuality("technical", 300, technical),
                new CorpusQuality("prose", 310, prose)));
    ObjectMapper json = new ObjectMapper();

    assertThat(weakest).isEqualTo(new EmbeddingQuality(0.98, 0.8, 0.5, 0.02));
    assertThat(json.writeValueAsString(report))
        .isEqualTo(
            "{'weakest':{'cosineMean':0.98,'cosineMin':0.8,'nearestNeighbourAgreement':0.5,"
                    .replace('\'', '"')
                + ("'similarityRmse':0.02},'corpora':[{'corpus':'technical','sentences':300,"
                        + "'quality':{'cosineMean':0.99,'cosineMin':0.8,"
                        + "'nearestNeighbourAgreement':0.75,'similarityRmse':0.01}},"
                        + "{'corpus':'prose','sentences':310,'quality':{'cosineMean':0.98,"
                        + "'cosineMin':0.9,'nearestNeighbourAgreement':0.5,"
                        + "'similarityRmse':0.02}}]}")
                    .replace('\'', '"'));
    assertThat(json.readValue(json.writeValueAsString(report), QualityReport.class))
        .isEqualTo(report);
    assertThatThrownBy(() -> new QualityReport(technical, report.corpora()))
        .isInstanceOf(InvalidInputException.class);
  }

  private static void assertRefused(float[][] reference, float[][] candidate, String message) {
    assertThatThrownBy(() -> EmbeddingQuality.compare(reference, candidate))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }

  private static float[][] gaussian(long seed, int count, int dimension) {
    Random random = new Random(seed);
    float[][] rows = new float[count][dimension];
    for (float[] row : rows) {
      for (int k = 0; k < dimension; k++) {
        row[k] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[][] noisy(float[][] rows, long seed, float scale) {
    float[][] noise = gaussian(~seed, rows.length, rows[0].length);
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < rows[i].length; k++) {
        noise[i][k] = rows[i][k] + scale * noise[i][k];
      }
    }
    return noise;
  }
}
