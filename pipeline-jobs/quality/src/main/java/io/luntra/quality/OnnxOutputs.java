package io.luntra.quality;

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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** A model on ONNX Runtime. */
final class OnnxOutputs extends ModelOutputs {
  private static final int MADE_UP_LENGTH = 16;
  private static final int MADE_UP_IDS = 100;
  private static final int BATCH = 0;

  private final OrtSession.SessionOptions sessionOptions;
  private final OrtSession session;
  private final Map<String, NodeInfo> inputs;
  private final String output;

  private OnnxOutputs(OrtSession.SessionOptions sessionOptions, OrtSession session)
      throws OrtException {
    this.sessionOptions = sessionOptions;
    this.session = session;
    this.inputs = new TreeMap<>(session.getInputInfo());
    this.output =
        session.getOutputInfo().entrySet().stream()
            .filter(o -> o.getValue().getInfo() instanceof TensorInfo info && isFloat(info))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(() -> new InvalidInputException("The model has no output of FP32"));
  }

  private static boolean isFloat(TensorInfo info) {
    return info.type == OnnxJavaType.FLOAT;
  }

  /**
   * Loads a model.
   *
   * @throws InvalidInputException when ONNX Runtime can't
   */
  static OnnxOutputs open(Path model, EmbeddingOptions options) {
    OrtSession.SessionOptions sessionOptions = null;
    OrtSession session = null;
    OnnxOutputs opened = null;
    try {
      sessionOptions = EmbeddingModel.sessionOptions(options);
      session = OrtEnvironment.getEnvironment().createSession(model.toString(), sessionOptions);
      opened = new OnnxOutputs(sessionOptions, session);
      return opened;
    } catch (OrtException e) {
      throw new InvalidInputException(
          "ONNX Runtime cannot load the model: " + ForeignText.printable(e.getMessage()), e);
    } finally {
      if (opened == null) {
        close(session, sessionOptions);
      }
    }
  }

  @Override
  Set<String> inputs() {
    return inputs.keySet();
  }

  @Override
  Output run(Map<String, Sample> known, Random random) {
    Map<String, OnnxTensor> feed = new HashMap<>();
    try {
      for (Map.Entry<String, NodeInfo> input : inputs.entrySet()) {
        String name = input.getKey();
        if (!(input.getValue().getInfo() instanceof TensorInfo info)) {
          throw new InvalidInputException(
              "Input %s: expected a tensor, this is %s"
                  .formatted(ForeignText.printable(name), input.getValue().getInfo()));
        }
        Sample sample = known.get(name);
        feed.put(
            name,
            sample == null
                ? madeUp(name, info, random)
                : tensor(name, info.type, info.getShape().length, sample));
      }
      try (OrtSession.Result result = session.run(feed, Set.of(output))) {
        OnnxTensor found = (OnnxTensor) result.get(0);
        float[] all = new float[found.getFloatBuffer().remaining()];
        found.getFloatBuffer().get(all);
        return Output.of(output, found.getInfo().getShape(), all);
      }
    } catch (OrtException e) {
      throw new InvalidInputException(
          "ONNX Runtime cannot run the model on inputs for its signature: "
              + ForeignText.printable(e.getMessage()),
          e);
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
  }

  /**
   * A sample as an input takes it.
   *
   * @throws InvalidInputException when it takes numbers of another kind, or another shape
   */
  static OnnxTensor tensor(String name, OnnxJavaType wanted, int rank, Sample sample)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = sample.shape(name, rank);
    if (sample.type().isFloat() && wanted == OnnxJavaType.FLOAT) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(sample.floats()), shape);
    }
    if (!sample.type().isFloat() && wanted == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(sample.longs()), shape);
    }
    if (!sample.type().isFloat() && wanted == OnnxJavaType.INT32) {
      return OnnxTensor.createTensor(environment, IntBuffer.wrap(sample.integers(name)), shape);
    }
    throw new InvalidInputException(
        "Samples for input %s are %s, which takes %s"
            .formatted(ForeignText.printable(name), sample.type().word(), wanted));
  }

  private static OnnxTensor madeUp(String name, TensorInfo info, Random random)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
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
                  .formatted(ForeignText.printable(name), info.type));
    };
  }

  @Override
  public void close() {
    close(session, sessionOptions);
  }

  private static void close(OrtSession session, OrtSession.SessionOptions sessionOptions) {
    try {
      if (session != null) {
        session.close();
      }
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime cannot close a session", e);
    } finally {
      if (sessionOptions != null) {
        sessionOptions.close();
      }
    }
  }
}
