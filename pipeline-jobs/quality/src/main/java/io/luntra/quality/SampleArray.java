package io.luntra.quality;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

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

    String word() {
      return word;
    }

    /** Bytes of an element. */
    int width() {
      return width;
    }

    boolean isFloat() {
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

  Sample sample(int index) {
    int each = (int) (bytes() / samples());
    return new Sample(type, shape.subList(1, shape.size()), values.slice(index * each, each));
  }
}
