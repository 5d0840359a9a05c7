package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * The quality of a candidate on every corpus.
 *
 * @param weakest the worst of each figure over the corpora: what a gate looks at
 * @param corpora one entry per corpus, in the order of {@link Corpus}
 */
public record QualityReport(EmbeddingQuality weakest, List<CorpusQuality> corpora) {
  public QualityReport {
    corpora = List.copyOf(corpora);
    EmbeddingQuality expected =
        EmbeddingQuality.weakest(corpora.stream().map(CorpusQuality::quality).toList());
    if (!expected.equals(weakest)) {
      throw new InvalidInputException(
          "Quality report: expected the weakest of its corpora, "
              + expected
              + ", found "
              + weakest);
    }
  }

  /**
   * Compares two models by their embeddings of the corpora.
   *
   * @throws InvalidInputException if the models' dimensions differ
   */
  public static QualityReport compare(CorpusEmbeddings reference, CorpusEmbeddings candidate) {
    List<CorpusQuality> corpora = new ArrayList<>();
    for (Corpus corpus : Corpus.values()) {
      float[][] expected = reference.of(corpus);
      corpora.add(
          new CorpusQuality(
              corpus.id(),
              expected.length,
              EmbeddingQuality.compare(expected, candidate.of(corpus))));
    }
    return new QualityReport(
        EmbeddingQuality.weakest(corpora.stream().map(CorpusQuality::quality).toList()), corpora);
  }
}
