package io.luntra.quality;

import java.util.Locale;

/**
 * What a model is for, as far as its inputs and its first output tell; it decides how quality is
 * measured.
 */
public enum ModelKind {
  /** Takes tokens and gives a vector for each of them: mean cosine of sentence embeddings. */
  EMBEDDING,
  /** Gives logits [batch, classes]: share of samples with the same class. */
  CLASSIFIER,
  /** Gives logits [batch, tokens, vocabulary]: share of tokens with the same next token. */
  LANGUAGE_MODEL,
  /** Anything else: 1 less the relative error of the first output. */
  OTHER;

  private static final int PER_SAMPLE = 2;
  private static final int PER_TOKEN = 3;

  /** The word for it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The kind of a model that gives such an output.
   *
   * @param takesTokens whether it has an input for tokens
   * @param longestSide of its largest matrix; an output of as many columns is over a vocabulary
   */
  static ModelKind of(boolean takesTokens, ModelOutputs.Output output, long longestSide) {
    boolean logits = output.name().toLowerCase(Locale.ROOT).contains("logits");
    if (logits && output.rank() == PER_SAMPLE) {
      return CLASSIFIER;
    }
    if (output.rank() != PER_TOKEN || output.rows().length == 0) {
      return OTHER;
    }
    boolean words = takesTokens && output.rows()[0].length == longestSide;
    return logits || words ? LANGUAGE_MODEL : takesTokens ? EMBEDDING : OTHER;
  }
}
