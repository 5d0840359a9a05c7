package io.luntra.tensor;

import io.luntra.failure.InvalidInputException;
import java.util.List;
import java.util.Objects;

/**
 * Name, element type and shape of a tensor. Rank 0 (one element) and dimensions of 0 (no element)
 * are legal.
 */
public record TensorInfo(String name, DataType dtype, List<Long> shape) {
  public TensorInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dtype, "dtype");
    shape = List.copyOf(shape);
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new InvalidInputException(
            "Tensor '" + name + "' has a negative dimension: shape " + shape);
      }
      try {
        elements = Math.multiplyExact(elements, dimension);
        Math.multiplyExact(elements, 8L * dtype.bytes());
      } catch (ArithmeticException e) {
        throw new InvalidInputException(
            "Tensor '" + name + "' is larger than 2^60 bytes: shape " + shape, e);
      }
    }
    if (elements % dtype.blockElements() != 0) {
      throw new InvalidInputException(
          "Tensor '%s' of %s does not fill whole blocks: shape %s".formatted(name, dtype, shape));
    }
  }

  /** Number of elements. */
  public long elements() {
    long elements = 1;
    for (long dimension : shape) {
      elements *= dimension;
    }
    return elements;
  }

  /** Size in bytes as stored. */
  public long bytes() {
    return elements() / dtype.blockElements() * dtype.bytes();
  }

  /** Elements per row, where a row is one index of the first dimension; 1 for rank 0 and rank 1. */
  public long rowElements() {
    long elements = 1;
    for (int i = 1; i < shape.size(); i++) {
      elements *= shape.get(i);
    }
    return elements;
  }
}
