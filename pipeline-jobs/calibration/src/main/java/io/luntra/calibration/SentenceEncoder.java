package io.luntra.calibration;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.Pooling;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A model in memory on ONNX Runtime, as a sentence encoder. */
final class SentenceEncoder implements AutoCloseable {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final String HIDDEN = "last_hidden_state";
  private static final int HIDDEN_RANK = 3;

  private final OrtSession.SessionOptions sessionOptions;
  private final OrtSession session;
  private final EmbeddingOptions options;

  private SentenceEncoder(
      OrtSession.SessionOptions sessionOptions, OrtSession session, EmbeddingOptions options) {
    this.sessionOptions = sessionOptions;
    this.session = session;
    this.options = options;
  }

  /** Takes the outputs of one batch by name, each [sequences × tokens, dimension]. */
  @FunctionalInterface
  interface OutputConsumer {
    void accept(Map<String, FloatBuffer> outputs);
  }

  /**
   * Loads a model.
   *
   * @throws InvalidInputException when ONNX Runtime can't load it, or it is no sentence encoder
   */
  static SentenceEncoder open(byte[] model, EmbeddingOptions options) {
    return open(
        options,
        sessionOptions -> OrtEnvironment.getEnvironment().createSession(model, sessionOptions));
  }

  /**
   * The same for a model that runs on a few sentences: weights are left as they are.
   *
   * @param model direct; only read
   * @param initializers that stand for those of the model; they must outlive the session
   */
  static SentenceEncoder openBriefly(
      ByteBuffer model, Map<String, OnnxTensor> initializers, EmbeddingOptions options) {
    return open(
        options,
        sessionOptions -> {
          sessionOptions.addConfigEntry("session.disable_prepacking", "1");
          for (Map.Entry<String, OnnxTensor> initializer : initializers.entrySet()) {
            sessionOptions.addInitializer(initializer.getKey(), initializer.getValue());
          }
          return OrtEnvironment.getEnvironment().createSession(model, sessionOptions);
        });
  }

  /** Creates a session. */
  @FunctionalInterface
  private interface Loader {
    OrtSession load(OrtSession.SessionOptions options) throws OrtException;
  }

  private static SentenceEncoder open(EmbeddingOptions options, Loader loader) {
    try {
      OrtSession.SessionOptions sessionOptions = new OrtSession.SessionOptions();
      sessionOptions.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      sessionOptions.setIntraOpNumThreads(options.threads());
      sessionOptions.setInterOpNumThreads(1);
      // Trials come one after the other: an arena of each would be kept beside the next.
      sessionOptions.setCPUArenaAllocator(false);
      sessionOptions.setDeterministicCompute(true);
      OrtSession session = loader.load(sessionOptions);
      if (!Set.of(IDS, MASK, TYPES).containsAll(session.getInputNames())
          || !session.getInputNames().contains(IDS)) {
        throw new InvalidInputException(
            "Inputs %s: a sentence encoder takes input_ids and any of attention_mask and"
                    .formatted(session.getInputNames())
                + " token_type_ids");
      }
      return new SentenceEncoder(sessionOptions, session, options);
    } catch (OrtException e) {
      throw new InvalidInputException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
    }
  }

  /** The output whose tokens are pooled. */
  private String hidden() {
    try {
      if (session.getOutputNames().contains(HIDDEN)) {
        return HIDDEN;
      }
      return session.getOutputInfo().entrySet().stream()
          .filter(
              output ->
                  output.getValue().getInfo() instanceof TensorInfo info
                      && info.getShape().length == HIDDEN_RANK)
          .map(Map.Entry::getKey)
          .findFirst()
          .orElseThrow(
              () ->
                  new InvalidInputException(
                      "Outputs %s: a sentence encoder gives [batch, tokens, dimension]"
                          .formatted(session.getOutputNames())));
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime cannot tell a model's outputs", e);
    }
  }

  /** One embedding of unit length per sequence. */
  float[][] embed(TokenBatches text) {
    float[][] embeddings = new float[text.size()][];
    String hidden = hidden();
    for (int[] batch : text.batches()) {
      int tokens = text.sequence(batch[0]).length;
      run(
          text,
          batch,
          List.of(hidden),
          outputs -> {
            FloatBuffer values = outputs.get(hidden);
            int dimension = values.remaining() / (batch.length * tokens);
            for (int i = 0; i < batch.length; i++) {
              embeddings[batch[i]] = pool(values, i * tokens * dimension, tokens, dimension);
            }
          });
    }
    return embeddings;
  }

  private float[] pool(FloatBuffer values, int offset, int tokens, int dimension) {
    int pooled = options.pooling() == Pooling.CLS ? 1 : tokens;
    double[] sum = new double[dimension];
    for (int t = 0; t < pooled; t++) {
      for (int k = 0; k < dimension; k++) {
        sum[k] += values.get(offset + t * dimension + k);
      }
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] unit = new float[dimension];
    for (int k = 0; k < dimension; k++) {
      unit[k] = (float) (sum[k] / norm);
    }
    return unit;
  }

  /** Runs all batches and hands over the outputs of each. */
  void run(TokenBatches text, List<String> outputs, OutputConsumer consumer) {
    for (int[] batch : text.batches()) {
      run(text, batch, outputs, consumer);
    }
  }

  private void run(TokenBatches text, int[] batch, List<String> outputs, OutputConsumer consumer) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    int tokens = text.sequence(batch[0]).length;
    long[] shape = {batch.length, tokens};
    Map<String, OnnxTensor> feed = new HashMap<>();
    try {
      for (String input : session.getInputNames()) {
        LongBuffer ids = LongBuffer.allocate(batch.length * tokens);
        for (int sequence : batch) {
          switch (input) {
            case IDS -> ids.put(text.sequence(sequence));
            case MASK -> {
              for (int t = 0; t < tokens; t++) {
                ids.put(1);
              }
            }
            default -> ids.position(ids.position() + tokens);
          }
        }
        feed.put(input, OnnxTensor.createTensor(environment, ids.flip(), shape));
      }
      try (OrtSession.Result result = session.run(feed, Set.copyOf(outputs))) {
        Map<String, FloatBuffer> values = new HashMap<>();
        for (String output : outputs) {
          OnnxTensor value =
              (OnnxTensor)
                  result.get(output).orElseThrow(() -> new LuntraException("No output " + output));
          values.put(output, value.getFloatBuffer());
        }
        consumer.accept(values);
      }
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime cannot run the model: " + e.getMessage(), e);
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime cannot close a session", e);
    } finally {
      sessionOptions.close();
    }
  }
}
