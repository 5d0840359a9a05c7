package io.luntra.quality;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A sentence embedding model: an ONNX encoder on ONNX Runtime with its Hugging Face tokenizer. A
 * sentence's embedding is the mean, over its tokens, of the graph's last hidden state, or that of
 * its first token ({@link Pooling}), scaled to unit length.
 *
 * <p>The graph takes int64 {@code input_ids} and any of {@code attention_mask} and {@code
 * token_type_ids}, each [batch, tokens], and gives a float output [batch, tokens, dimension]: the
 * one called {@code last_hidden_state}, or else the first of that shape.
 *
 * <p>Nothing is downloaded or reported: the first use sets DJL's system property {@code
 * ai.djl.offline} to true unless the user has set it. The libraries carry their native parts in
 * their jars and unpack them when first used: ONNX Runtime to {@code java.io.tmpdir} and JNA to
 * {@code ~/.cache/JNA}, both removed on exit; the tokenizer (14 MB, kept for the next process) to
 * {@code ~/.djl.ai/tokenizers}, to {@code java.io.tmpdir} where the home is not writable, or to
 * where the system property or environment variable {@code ENGINE_CACHE_DIR} points.
 *
 * <p>Safe for use by several threads, except {@link #close()}.
 */
public final class EmbeddingModel implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final String HIDDEN = "last_hidden_state";

  private final Path model;
  private final EmbeddingOptions options;
  private final HuggingFaceTokenizer tokenizer;
  private final OrtSession.SessionOptions sessionOptions;
  private final OrtSession session;
  private final Set<String> inputs;
  private final String output;

  private EmbeddingModel(
      Path model,
      EmbeddingOptions options,
      HuggingFaceTokenizer tokenizer,
      OrtSession.SessionOptions sessionOptions,
      OrtSession session)
      throws OrtException {
    this.model = model;
    this.options = options;
    this.tokenizer = tokenizer;
    this.sessionOptions = sessionOptions;
    this.session = session;
    this.inputs = inputs(model, session.getInputInfo());
    this.output = output(model, session.getOutputInfo());
  }

  /**
   * Loads a model as {@link EmbeddingOptions#defaults()} say.
   *
   * @see #open(Path, Path, EmbeddingOptions)
   */
  public static EmbeddingModel open(Path model, Path tokenizer) {
    return open(model, tokenizer, EmbeddingOptions.defaults());
  }

  /**
   * Loads a model. ONNX Runtime reads the file itself, by its path, with external data beside it.
   *
   * @param model an ONNX file
   * @param tokenizer its {@code tokenizer.json}
   * @throws InvalidInputException if either file is missing or cannot be loaded, or the graph's
   *     inputs and outputs are not those of a sentence encoder
   */
  public static EmbeddingModel open(Path model, Path tokenizer, EmbeddingOptions options) {
    requireFile("ONNX model", model);
    requireFile("Tokenizer", tokenizer);
    HuggingFaceTokenizer words = TokenizerFile.open(tokenizer, options);
    OrtSession.SessionOptions sessionOptions = null;
    OrtSession session = null;
    EmbeddingModel opened = null;
    try {
      sessionOptions = sessionOptions(options);
      session = OrtEnvironment.getEnvironment().createSession(model.toString(), sessionOptions);
      opened = new EmbeddingModel(model, options, words, sessionOptions, session);
      return opened;
    } catch (OrtException e) {
      throw new InvalidInputException(
          "ONNX Runtime cannot load the model " + model + ": " + e.getMessage(), e);
    } finally {
      if (opened == null) {
        close(words, session, sessionOptions);
      }
    }
  }

  /**
   * Embeds sentences, in the order given: one row of unit length each. Sentences of equal token
   * count run together, so that nothing is padded; with a float model the result does not depend on
   * what else is in the list, beyond rounding. A dynamically quantised model scales its activations
   * per batch and may depend on it.
   *
   * @throws VerificationException if the model gives a value that is not finite, or only zeros
   */
  public float[][] embed(List<String> sentences) {
    if (sentences.isEmpty()) {
      return new float[0][];
    }
    Encoding[] encodings = tokenizer.batchEncode(sentences);
    Integer[] byLength = new Integer[encodings.length];
    Arrays.setAll(byLength, i -> i);
    Arrays.sort(byLength, Comparator.comparingInt(i -> encodings[i].getIds().length));

    float[][] embeddings = new float[encodings.length][];
    int start = 0;
    while (start < byLength.length) {
      int tokens = encodings[byLength[start]].getIds().length;
      int end = start;
      while (end < byLength.length
          && end - start < options.batchSize()
          && encodings[byLength[end]].getIds().length == tokens) {
        end++;
      }
      embedBatch(Arrays.asList(byLength).subList(start, end), tokens, encodings, embeddings);
      start = end;
    }
    return embeddings;
  }

  @Override
  public void close() {
    close(tokenizer, session, sessionOptions);
  }

  private void embedBatch(
      List<Integer> batch, int tokens, Encoding[] encodings, float[][] embeddings) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {batch.size(), tokens};
    Map<String, OnnxTensor> feed = new HashMap<>();
    try {
      for (String input : inputs) {
        LongBuffer values = LongBuffer.allocate(batch.size() * tokens);
        for (int sentence : batch) {
          values.put(values(encodings[sentence], input));
        }
        feed.put(input, OnnxTensor.createTensor(environment, values.flip(), shape));
      }
      try (OrtSession.Result result = session.run(feed, Set.of(output))) {
        OnnxTensor hidden = (OnnxTensor) result.get(0);
        long[] found = hidden.getInfo().getShape();
        if (found.length != 3 || found[0] != batch.size() || found[1] != tokens || found[2] < 1) {
          throw new InvalidInputException(
              "Output "
                  + output
                  + " of "
                  + model
                  + ": expected shape ["
                  + batch.size()
                  + ", "
                  + tokens
                  + ", dimension], found "
                  + Arrays.toString(found));
        }
        FloatBuffer buffer = hidden.getFloatBuffer();
        float[] states = new float[buffer.remaining()];
        buffer.get(states);
        int dimension = Math.toIntExact(found[2]);
        for (int row = 0; row < batch.size(); row++) {
          int sentence = batch.get(row);
          long[] mask = encodings[sentence].getAttentionMask();
          embeddings[sentence] =
              pooled(sentence, states, row * tokens * dimension, mask, dimension);
        }
      }
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime cannot run the model " + model, e);
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
  }

  private float[] pooled(int sentence, float[] states, int offset, long[] mask, int dimension) {
    double[] sum = new double[dimension];
    int tokens = options.pooling() == Pooling.CLS ? 1 : mask.length;
    for (int token = 0; token < tokens; token++) {
      if (mask[token] != 0) {
        for (int k = 0; k < dimension; k++) {
          sum[k] += states[offset + token * dimension + k];
        }
      }
    }
    double squares = 0;
    for (double value : sum) {
      squares += value * value;
    }
    if (!Double.isFinite(squares) || squares == 0) {
      throw new VerificationException(
          "Embedding of sentence "
              + sentence
              + " by "
              + model
              + ": expected finite values that are not all zero, found a squared norm of "
              + squares);
    }
    // The mean's divisor cancels in the scaling.
    double norm = Math.sqrt(squares);
    float[] unit = new float[dimension];
    for (int k = 0; k < dimension; k++) {
      unit[k] = (float) (sum[k] / norm);
    }
    return unit;
  }

  private static long[] values(Encoding encoding, String input) {
    return switch (input) {
      case IDS -> encoding.getIds();
      case MASK -> encoding.getAttentionMask();
      case TYPES -> encoding.getTypeIds();
      default -> throw new IllegalArgumentException(input);
    };
  }

  static OrtSession.SessionOptions sessionOptions(EmbeddingOptions options) throws OrtException {
    OrtSession.SessionOptions sessionOptions = new OrtSession.SessionOptions();
    sessionOptions.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    sessionOptions.setIntraOpNumThreads(options.threads());
    sessionOptions.setInterOpNumThreads(1);
    sessionOptions.setDeterministicCompute(true);
    // Threads that wait sleep, so that several models share a machine.
    sessionOptions.addConfigEntry("session.intra_op.allow_spinning", "0");
    return sessionOptions;
  }

  private static Set<String> inputs(Path model, Map<String, NodeInfo> declared) {
    Set<String> known = Set.of(IDS, MASK, TYPES);
    for (Map.Entry<String, NodeInfo> input : declared.entrySet()) {
      boolean tokens =
          known.contains(input.getKey())
              && input.getValue().getInfo() instanceof TensorInfo info
              && info.type == OnnxJavaType.INT64
              && info.getShape().length == 2;
      if (!tokens) {
        throw new InvalidInputException(
            "Input "
                + input.getKey()
                + " of "
                + model
                + ": expected int64 [batch, tokens] named "
                + "one of "
                + new TreeSet<>(known)
                + ", found "
                + input.getValue().getInfo());
      }
    }
    if (!declared.containsKey(IDS)) {
      throw new InvalidInputException(
          "Inputs of " + model + ": expected " + IDS + ", found " + declared.keySet());
    }
    return Set.copyOf(declared.keySet());
  }

  private static String output(Path model, Map<String, NodeInfo> declared) {
    List<String> fitting =
        declared.entrySet().stream()
            .filter(
                o ->
                    o.getValue().getInfo() instanceof TensorInfo info
                        && info.type == OnnxJavaType.FLOAT
                        && info.getShape().length == 3)
            .map(Map.Entry::getKey)
            .toList();
    if (fitting.isEmpty()) {
      throw new InvalidInputException(
          "Outputs of "
              + model
              + ": expected a float one of [batch, tokens, dimension], found "
              + declared.keySet());
    }
    return fitting.contains(HIDDEN) ? HIDDEN : fitting.get(0);
  }

  private static void requireFile(String what, Path path) {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      throw new InvalidInputException(what + ": expected a readable file, found none at " + path);
    }
  }

  private static void close(
      HuggingFaceTokenizer tokenizer, OrtSession session, OrtSession.SessionOptions options) {
    tokenizer.close();
    try {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime cannot close a session", e);
    } finally {
      if (options != null) {
        options.close();
      }
    }
  }
}
