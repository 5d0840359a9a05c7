package io.luntra.quality;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import java.util.Locale;
import java.util.Map;

/**
 * What a model is for, as far as its inputs and outputs tell; it decides how quality is measured.
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

  private static final String TOKENS = "input_ids";
  private static final int PER_SAMPLE = 2;
  private static final int PER_TOKEN = 3;

  /** The word for it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The kind of a model with these inputs, judged by its first float output. */
  static ModelKind of(Map<String, NodeInfo> inputs, String output, TensorInfo info) {
    int rank = info.getShape().length;
    boolean logits = output.toLowerCase(Locale.ROOT).contains("logits");
    boolean tokens =
        inputs.get(TOKENS) != null
            && inputs.get(TOKENS).getInfo() instanceof TensorInfo ids
            && ids.type == OnnxJavaType.INT64;
    if (logits && rank == PER_SAMPLE) {
      return CLASSIFIER;
    }
    if (logits && rank == PER_TOKEN) {
      return LANGUAGE_MODEL;
    }
    return tokens && rank == PER_TOKEN ? EMBEDDING : OTHER;
  }
}
