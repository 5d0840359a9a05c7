package io.luntra.quality;

import java.util.EnumMap;
import java.util.Map;

/**
 * One model's embeddings of every sentence of every {@link Corpus}. A reference's are computed once
 * and compared with as many candidates as there are.
 */
public final class CorpusEmbeddings {
  private final Map<Corpus, float[][]> embeddings;

  private CorpusEmbeddings(Map<Corpus, float[][]> embeddings) {
    this.embeddings = embeddings;
  }

  /** Runs the model over all corpora. The model stays the caller's to close. */
  public static CorpusEmbeddings by(EmbeddingModel model) {
    Map<Corpus, float[][]> embeddings = new EnumMap<>(Corpus.class);
    for (Corpus corpus : Corpus.values()) {
      embeddings.put(corpus, model.embed(corpus.sentences()));
    }
    return new CorpusEmbeddings(embeddings);
  }

  float[][] of(Corpus corpus) {
    return embeddings.get(corpus);
  }
}
