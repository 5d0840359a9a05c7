package io.luntra.quality;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Samples that a reference and its candidates are run on.
 *
 * @param name of it in reports
 * @param texts one sample each; none where inputs are arrays, or made up from the model's own
 *     signature
 * @param arrays samples as they go into the model
 * @param most samples that are run
 */
public record EvaluationSet(String name, List<String> texts, Optional<ArrayFile> arrays, int most) {
  public EvaluationSet {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(arrays, "arrays");
    texts = List.copyOf(texts);
  }

  /** Texts, all of which are run. */
  public EvaluationSet(String name, List<String> texts) {
    this(name, texts, Optional.empty(), Integer.MAX_VALUE);
  }

  /** Arrays, all samples of which are run. */
  public static EvaluationSet of(String name, ArrayFile arrays) {
    return new EvaluationSet(name, List.of(), Optional.of(arrays), Integer.MAX_VALUE);
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
    return new EvaluationSet(
        name, texts.subList(0, Math.min(samples, texts.size())), arrays, samples);
  }
}
