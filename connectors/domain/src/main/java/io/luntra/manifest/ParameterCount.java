package io.luntra.manifest;

import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How many parameters a model has, counted in its manifest: the elements of every tensor of every
 * file, but those of BOOL. A tensor that stands in two files counts twice; constants that a file
 * keeps as tensors, such as shapes in ONNX, count too; what a file packs into one element, such as
 * two 4-bit weights in a UINT8, counts once. Types are those that the files have, not those of the
 * encoded chunks.
 *
 * @param elements by type, without those that have none
 */
public record ParameterCount(Map<DataType, Long> elements) {
  private static final long TENTHS = 10;

  public ParameterCount {
    EnumMap<DataType, Long> copy = new EnumMap<>(DataType.class);
    copy.putAll(elements);
    elements = Collections.unmodifiableMap(copy);
  }

  public static ParameterCount of(ReleaseManifest manifest) {
    return of(
        manifest.artifacts().stream()
            .flatMap(artifact -> artifact.tensors().stream())
            .map(TensorEntry::info)
            .toList());
  }

  /** Of tensors; masks are no parameters. */
  public static ParameterCount of(List<TensorInfo> tensors) {
    Map<DataType, Long> elements = new EnumMap<>(DataType.class);
    for (TensorInfo tensor : tensors) {
      if (tensor.dtype() != DataType.BOOL && tensor.elements() > 0) {
        elements.merge(tensor.dtype(), tensor.elements(), Math::addExact);
      }
    }
    return new ParameterCount(elements);
  }

  public long total() {
    return elements.values().stream().reduce(0L, Math::addExact);
  }

  /**
   * The precision in ModelPack's words: the type, in lower case, that nine tenths or more of the
   * parameters have, else "mixed"; none where there are no parameters.
   */
  public Optional<String> precision() {
    if (elements.isEmpty()) {
      return Optional.empty();
    }
    long others = total() / TENTHS;
    return Optional.of(
        elements.entrySet().stream()
            .filter(type -> total() - type.getValue() <= others)
            .map(type -> type.getKey().name().toLowerCase(Locale.ROOT))
            .findFirst()
            .orElse("mixed"));
  }
}
