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
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs models of any kind on ONNX Runtime, a sample at a time, and keeps their first float output.
 * All inputs come from arrays of the user's; or those that take tokens from the tokenizer, and the
 * others are made up from the signature, from a fixed seed.
 */
final class ModelOutputs implements AutoCloseable {
  private static final int MADE_UP_SAMPLES = 32;
  private static final int MADE_UP_LENGTH = 16;
  private static final int MADE_UP_IDS = 100;
  private static final long SEED = 20;
  private static final int BATCH = 0;

  private final OrtSession.SessionOptions sessionOptions;
  private final OrtSession session;
  private final String output;
  private final ModelKind kind;

  private ModelOutputs(OrtSession.SessionOptions sessionOptions, OrtSession session)
      throws OrtException {
    this.sessionOptions = sessionOptions;
    this.session = session;
    this.output =
        session.getOutputInfo().entrySet().stream()
            .filter(o -> o.getValue().getInfo() instanceof TensorInfo info && isFloat(info))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () -> new InvalidInputException("The model has no output of floating point"));
    this.kind =
        ModelKind.of(
            session.getInputInfo(),
            output,
            (TensorInfo) session.getOutputInfo().get(output).getInfo());
  }

  private static boolean isFloat(TensorInfo info) {
    return info.type == OnnxJavaType.FLOAT;
  }

  /**
   * Loads a model.
   *
   * @throws InvalidInputException when ONNX Runtime can't
   */
  static ModelOutputs open(Path model, EmbeddingOptions options) {
    try {
      OrtSession.SessionOptions sessionOptions = EmbeddingModel.sessionOptions(options);
      return new ModelOutputs(
          sessionOptions,
          OrtEnvironment.getEnvironment().createSession(model.toString(), sessionOptions));
    } catch (OrtException e) {
      throw new InvalidInputException("ONNX Runtime cannot load the model: " + e.getMessage(), e);
    }
  }

  ModelKind kind() {
    return kind;
  }

  /** The output for each sample, as rows of its last dimension. */
  List<float[][]> run(EvaluationSet set, Path tokenizer, EmbeddingOptions options) {
    List<float[][]> outputs = new ArrayList<>();
    if (set.arrays().isPresent()) {
      ArrayFile arrays = set.arrays().get();
      for (int i = 0; i < Math.min(arrays.samples(), set.most()); i++) {
        outputs.add(run(sample(arrays, i), new Random(SEED)));
      }
      return outputs;
    }
    if (set.texts().isEmpty()) {
      Random random = new Random(SEED);
      for (int i = 0; i < MADE_UP_SAMPLES; i++) {
        outputs.add(run(Map.of(), random));
      }
      return outputs;
    }
    try (HuggingFaceTokenizer words = TokenizerFile.open(tokenizer, options)) {
      for (Encoding encoding : words.batchEncode(set.texts())) {
        Map<String, Input> known =
            Map.of(
                "input_ids", info -> tokens(encoding.getIds()),
                "attention_mask", info -> tokens(encoding.getAttentionMask()),
                "token_type_ids", info -> tokens(encoding.getTypeIds()));
        outputs.add(run(known, new Random(SEED)));
      }
    }
    return outputs;
  }

  /** Makes the tensor for an input that is described so. */
  @FunctionalInterface
  private interface Input {
    OnnxTensor tensor(TensorInfo info) throws OrtException;
  }

  private static OnnxTensor tokens(long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), new long[] {1, values.length});
  }

  private Map<String, Input> sample(ArrayFile file, int sample) {
    if (!file.arrays().keySet().equals(inputs().keySet())) {
      throw new InvalidInputException(
          "Samples for inputs %s: the model takes %s"
              .formatted(
                  ForeignText.printable(new TreeSet<>(file.arrays().keySet()).toString()),
                  new TreeSet<>(inputs().keySet())));
    }
    Map<String, Input> known = new HashMap<>();
    file.arrays()
        .forEach((name, array) -> known.put(name, info -> array.tensor(name, info.type, sample)));
    return known;
  }

  private Map<String, NodeInfo> inputs() {
    try {
      return session.getInputInfo();
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime does not say what the model takes", e);
    }
  }

  private float[][] run(Map<String, Input> known, Random random) {
    Map<String, OnnxTensor> feed = new HashMap<>();
    try {
      for (Map.Entry<String, NodeInfo> input : new TreeMap<>(session.getInputInfo()).entrySet()) {
        feed.put(
            input.getKey(),
            tensor(input.getKey(), input.getValue(), known.get(input.getKey()), random));
      }
      try (OrtSession.Result result = session.run(feed, Set.of(output))) {
        OnnxTensor found = (OnnxTensor) result.get(0);
        long[] shape = found.getInfo().getShape();
        float[] all = new float[found.getFloatBuffer().remaining()];
        found.getFloatBuffer().get(all);
        int columns = shape.length == 0 ? 1 : (int) Math.max(1, shape[shape.length - 1]);
        float[][] rows = new float[all.length / columns][];
        Arrays.setAll(rows, r -> Arrays.copyOfRange(all, r * columns, (r + 1) * columns));
        return rows;
      }
    } catch (OrtException e) {
      throw new InvalidInputException(
          "ONNX Runtime cannot run the model on inputs for its signature: " + e.getMessage(), e);
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(String name, NodeInfo node, Input known, Random random)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (!(node.getInfo() instanceof TensorInfo info)) {
      throw new InvalidInputException(
          "Input %s: expected a tensor, this is %s".formatted(name, node.getInfo()));
    }
    if (known != null) {
      return known.tensor(info);
    }
    long[] shape = info.getShape();
    long elements = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = shape[i] > 0 ? shape[i] : i == BATCH ? 1 : MADE_UP_LENGTH;
      elements *= shape[i];
    }
    int count = Math.toIntExact(elements);
    String lower = name.toLowerCase(Locale.ROOT);
    boolean ones = lower.contains("mask");
    boolean zeros = lower.contains("type");
    return switch (info.type) {
      case FLOAT -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = (float) random.nextGaussian();
        }
        yield OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
      }
      case INT64 -> {
        long[] values = new long[count];
        Arrays.setAll(values, i -> ones ? 1 : zeros ? 0 : random.nextInt(MADE_UP_IDS));
        yield OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
      }
      case INT32 -> {
        int[] values = new int[count];
        Arrays.setAll(values, i -> ones ? 1 : zeros ? 0 : random.nextInt(MADE_UP_IDS));
        yield OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape);
      }
      default ->
          throw new InvalidInputException(
              "Input %s of %s can't be made up; expected float, int64 or int32"
                  .formatted(name, info.type));
    };
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
