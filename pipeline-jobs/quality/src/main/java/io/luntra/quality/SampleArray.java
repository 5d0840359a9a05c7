package io.luntra.quality;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.luntra.failure.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * Numbers for one input of a model, sample after sample.
 *
 * @param shape the number of samples, then the shape of each
 * @param values little-endian, in C order
 */
record SampleArray(Type type, List<Long> shape, ByteBuffer values) {
  /** Element types, as NumPy calls them. */
  enum Type {
    FP32("<f4", 4),
    FP64("<f8", 8),
    INT32("<i4", 4),
    INT64("<i8", 8);

    private final String word;
    private final int width;

    Type(String word, int width) {
      this.word = word;
      this.width = width;
    }

    static Optional<Type> of(String word) {
      return Arrays.stream(values()).filter(type -> type.word.equals(word)).findFirst();
    }

    /** Bytes of an element. */
    int width() {
      return width;
    }

    private boolean isFloat() {
      return this == FP32 || this == FP64;
    }
  }

  SampleArray {
    shape = List.copyOf(shape);
  }

  long bytes() {
    return values.capacity();
  }

  int samples() {
    return shape.get(0).intValue();
  }

  /**
   * One sample as a batch of one.
   *
   * @param name of the input, for errors
   * @throws InvalidInputException when the input takes numbers of another kind
   */
  OnnxTensor tensor(String name, OnnxJavaType wanted, int sample) throws OrtException {
    long[] single = shape.stream().mapToLong(Long::longValue).toArray();
    single[0] = 1;
    int count = (int) (bytes() / type.width() / samples());
    int first = sample * count;
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    if (type.isFloat() && wanted == OnnxJavaType.FLOAT) {
      IntToDoubleFunction number =
          type == Type.FP32 ? i -> values.getFloat(4 * i) : i -> values.getDouble(8 * i);
      float[] floats = new float[count];
      for (int i = 0; i < count; i++) {
        floats[i] = (float) number.applyAsDouble(first + i);
      }
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(floats), single);
    }
    if (!type.isFloat() && (wanted == OnnxJavaType.INT64 || wanted == OnnxJavaType.INT32)) {
      long[] numbers = new long[count];
      for (int i = 0; i < count; i++) {
        int at = first + i;
        numbers[i] = type == Type.INT32 ? values.getInt(4 * at) : values.getLong(8 * at);
      }
      return wanted == OnnxJavaType.INT64
          ? OnnxTensor.createTensor(environment, LongBuffer.wrap(numbers), single)
          : OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow(name, numbers)), single);
    }
    throw new InvalidInputException(
        "Samples for input %s are %s, which takes %s".formatted(name, type.word, wanted));
  }

  private static int[] narrow(String name, long[] numbers) {
    int[] narrow = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      narrow[i] = (int) numbers[i];
      if (narrow[i] != numbers[i]) {
        throw new InvalidInputException(
            "Samples for input %s: %d is no int32".formatted(name, numbers[i]));
      }
    }
    return narrow;
  }
}
