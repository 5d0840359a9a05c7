package io.luntra.modelfiles.pytorch;

import io.luntra.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a pickle of a checkpoint holds: data, and tensors by where their values lie. */
sealed interface PickleValue {

  /** Values that tensors do not depend on: numbers, truths, None, bytes, devices. */
  enum Plain implements PickleValue {
    VALUE
  }

  /** A whole number. */
  record Whole(long value) implements PickleValue {}

  /** A string. */
  record Text(String value) implements PickleValue {}

  /** A tuple. */
  record Tuple(List<PickleValue> values) implements PickleValue {}

  /** A list, which may still grow. */
  record Sequence(List<PickleValue> values) implements PickleValue {
    Sequence() {
      this(new ArrayList<>());
    }
  }

  /** One pair of a dictionary. */
  record Item(PickleValue key, PickleValue value) {}

  /** A dictionary, or an object by its attributes; it may still grow. */
  record Dictionary(List<Item> items) implements PickleValue {
    Dictionary() {
      this(new ArrayList<>());
    }
  }

  /** Something that the table of permitted names knows. */
  record Named(PermittedName name) implements PickleValue {}

  /** An element type, as an argument of a tensor. */
  record Dtype(DataType dtype) implements PickleValue {}

  /**
   * Stored values.
   *
   * @param key of the file that holds them
   * @param dtype empty for bytes, and for a type that no tensor of a release has
   * @param elementBytes bytes of an element
   * @param elements how many there are
   */
  record Storage(String key, Optional<DataType> dtype, int elementBytes, long elements)
      implements PickleValue {}

  /**
   * A view of stored values.
   *
   * @param dtype empty where no tensor of a release has it
   * @param offset of its first element, in elements
   * @param strides elements between neighbours of each dimension
   */
  record Tensor(
      Storage storage, Optional<DataType> dtype, long offset, List<Long> shape, List<Long> strides)
      implements PickleValue {}
}
