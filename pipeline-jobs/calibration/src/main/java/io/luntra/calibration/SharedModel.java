package io.luntra.calibration;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.luntra.failure.LuntraException;
import io.luntra.quality.EmbeddingOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * A model in native memory whose large tensors all sessions share, so that one with a tensor
 * replaced is loaded without another copy of the rest. Sessions must be closed before it.
 */
final class SharedModel implements AutoCloseable {
  private final ModelBytes model;
  private final ByteBuffer bytes;
  private final Map<String, OnnxTensor> tensors = new HashMap<>();

  /**
   * Copies a model.
   *
   * @param shared names of FP32 initializers
   */
  SharedModel(ModelBytes model, Collection<String> shared) {
    this.model = model;
    this.bytes = ByteBuffer.allocateDirect(model.bytes().length).put(model.bytes()).flip();
    for (String name : shared) {
      tensors.put(name, tensor(name, model.values(name)));
    }
  }

  private OnnxTensor tensor(String name, float[] values) {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(values.length * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .put(values)
            .flip();
    long[] shape = model.info(name).shape().stream().mapToLong(Long::longValue).toArray();
    try {
      return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), buffer, shape);
    } catch (OrtException e) {
      throw new LuntraException("ONNX Runtime cannot take a tensor: " + e.getMessage(), e);
    }
  }

  /** What is done with a model. */
  @FunctionalInterface
  interface Use<T> {
    T with(SentenceEncoder encoder);
  }

  /** Runs the model with some of the shared tensors replaced. */
  <T> T run(Map<String, float[]> replaced, EmbeddingOptions options, Use<T> use) {
    Map<String, OnnxTensor> all = new HashMap<>(tensors);
    Map<String, OnnxTensor> own = new HashMap<>();
    try {
      replaced.forEach((name, values) -> own.put(name, tensor(name, values)));
      all.putAll(own);
      try (SentenceEncoder encoder = SentenceEncoder.openBriefly(bytes.duplicate(), all, options)) {
        return use.with(encoder);
      }
    } finally {
      own.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
  }
}
