package io.luntra.quality;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Numbers for one input in one run.
 *
 * @param shape of one sample, without a dimension for the batch
 * @param values little-endian, in C order
 */
record Sample(SampleArray.Type type, List<Long> shape, ByteBuffer values) {
  Sample {
    shape = List.copyOf(shape);
    values = values.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A sentence's tokens. */
  static Sample of(long[] tokens) {
    ByteBuffer values =
        ByteBuffer.allocate(tokens.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.asLongBuffer().put(tokens);
    return new Sample(SampleArray.Type.INT64, List.of((long) tokens.length), values);
  }

  /** The shape of a batch of one. */
  long[] batchShape() {
    long[] batch = new long[shape.size() + 1];
    batch[0] = 1;
    for (int i = 0; i < shape.size(); i++) {
      batch[i + 1] = shape.get(i);
    }
    return batch;
  }

  /**
   * The shape for an input of so many dimensions: a batch of one, or the sample as it is. An input
   * that declares no shape has rank 0 for ONNX Runtime, too: it gets a batch of one, but for single
   * numbers, which are scalars.
   *
   * @param name of the input, for errors
   * @throws InvalidInputException when it is neither
   */
  long[] shape(String name, int rank) {
    if (rank == shape.size() + 1 || (rank == 0 && !shape.isEmpty())) {
      return batchShape();
    }
    if (rank != shape.size()) {
      throw new InvalidInputException(
          "Samples for input %s have the shape %s each: expected rank %d, or %d for a batch"
              .formatted(ForeignText.printable(name), shape, rank, rank - 1));
    }
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  int count() {
    return values.capacity() / type.width();
  }

  float[] floats() {
    float[] floats = new float[count()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          type == SampleArray.Type.FP32 ? values.getFloat(4 * i) : (float) values.getDouble(8 * i);
    }
    return floats;
  }

  long[] longs() {
    long[] longs = new long[count()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = type == SampleArray.Type.INT32 ? values.getInt(4 * i) : values.getLong(8 * i);
    }
    return longs;
  }

  /**
   * Its whole numbers.
   *
   * @param name of the input, for errors
   */
  int[] integers(String name) {
    long[] longs = longs();
    int[] narrow = new int[longs.length];
    for (int i = 0; i < longs.length; i++) {
      narrow[i] = (int) longs[i];
      if (narrow[i] != longs[i]) {
        throw new InvalidInputException(
            "Samples for input %s: %d is no int32"
                .formatted(ForeignText.printable(name), longs[i]));
      }
    }
    return narrow;
  }
}
