package io.luntra.modelfiles.pytorch;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.pytorch.PickleValue.Dictionary;
import io.luntra.modelfiles.pytorch.PickleValue.Item;
import io.luntra.modelfiles.pytorch.PickleValue.Sequence;
import io.luntra.modelfiles.pytorch.PickleValue.Tensor;
import io.luntra.modelfiles.pytorch.PickleValue.Text;
import io.luntra.modelfiles.pytorch.PickleValue.Tuple;
import io.luntra.modelfiles.pytorch.PickleValue.Whole;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the tensors of a checkpoint, whose values may contain each other. */
final class NamedTensors {
  private final ReaderLimits limits;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private int visited;

  NamedTensors(ReaderLimits limits) {
    this.limits = limits;
  }

  /**
   * Tensors by the keys and positions that lead to them, joined by dots, in their order.
   *
   * @throws InvalidInputException where there are too many, two of one name, or values that contain
   *     themselves
   */
  Map<String, Tensor> in(PickleValue value) {
    visit("", value, 0);
    return tensors;
  }

  private void visit(String name, PickleValue value, int depth) {
    if (++visited > limits.pickleValues()) {
      throw new InvalidInputException(
          "more than %d values, counted where they are used".formatted(limits.pickleValues()));
    }
    if (depth > limits.nesting()) {
      throw new InvalidInputException(
          "values nested more than %d deep".formatted(limits.nesting()));
    }
    if (name.length() > limits.textBytes()) {
      throw new InvalidInputException(
          "tensor '%s': a name of %d characters, expected at most %d"
              .formatted(ForeignText.printable(name), name.length(), limits.textBytes()));
    }
    if (value instanceof Tensor tensor) {
      add(name, tensor);
    } else if (value instanceof Tuple tuple) {
      visitAll(name, tuple.values(), depth);
    } else if (value instanceof Sequence list) {
      visitAll(name, list.values(), depth);
    } else if (value instanceof Dictionary dictionary) {
      for (Item item : dictionary.items()) {
        visit(child(name, key(item.key())), item.value(), depth + 1);
      }
    }
  }

  private void visitAll(String name, List<PickleValue> values, int depth) {
    for (int i = 0; i < values.size(); i++) {
      visit(child(name, String.valueOf(i)), values.get(i), depth + 1);
    }
  }

  private void add(String name, Tensor tensor) {
    if (tensors.size() == limits.tensors()) {
      throw new InvalidInputException("more than %d tensors".formatted(limits.tensors()));
    }
    if (tensors.put(name.isEmpty() ? "tensor" : name, tensor) != null) {
      throw new InvalidInputException(
          "two tensors '%s'; expected each name once".formatted(ForeignText.printable(name)));
    }
  }

  private static String key(PickleValue key) {
    if (key instanceof Text text) {
      return text.value();
    }
    return key instanceof Whole whole ? String.valueOf(whole.value()) : "?";
  }

  private static String child(String name, String key) {
    return name.isEmpty() ? key : name + "." + key;
  }
}
