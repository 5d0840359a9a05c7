package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import java.util.Objects;

/**
 * The quality of a candidate on one corpus.
 *
 * @param corpus {@link Corpus#id()}
 * @param sentences how many sentences were compared; at least 2
 */
public record CorpusQuality(String corpus, int sentences, EmbeddingQuality quality) {
  public CorpusQuality {
    Objects.requireNonNull(corpus, "corpus");
    Objects.requireNonNull(quality, "quality");
    if (sentences < 2) {
      throw new InvalidInputException(
          "Quality on " + corpus + ": expected at least 2 sentences, found " + sentences);
    }
  }
}
