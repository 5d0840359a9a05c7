package io.luntra.quality;

import java.util.List;
import java.util.Objects;

/**
 * Samples that a reference and its candidates are run on.
 *
 * @param name of it in reports
 * @param texts one sample each; none where inputs are made up from the model's own signature
 */
public record EvaluationSet(String name, List<String> texts) {
  public EvaluationSet {
    Objects.requireNonNull(name, "name");
    texts = List.copyOf(texts);
  }

  /** The two corpora. */
  public static List<EvaluationSet> corpora() {
    return List.of(
        new EvaluationSet(Corpus.TECHNICAL.id(), Corpus.TECHNICAL.sentences()),
        new EvaluationSet(Corpus.PROSE.id(), Corpus.PROSE.sentences()));
  }

  /** Inputs made up from a model's signature. */
  public static EvaluationSet ofSignature() {
    return new EvaluationSet("made-up inputs", List.of());
  }

  /** Its first samples. */
  EvaluationSet first(int samples) {
    return new EvaluationSet(name, texts.subList(0, Math.min(samples, texts.size())));
  }
}
