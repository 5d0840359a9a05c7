package io.luntra.modelfiles.safetensors;

import io.luntra.tensor.DataType;
import java.util.Map;
import java.util.Optional;

/** The words for element types, as the safetensors format has them. */
public final class SafetensorsType {
  private static final Map<String, DataType> WORDS =
      Map.ofEntries(
          Map.entry("BOOL", DataType.BOOL),
          Map.entry("F4", DataType.FP4_E2M1),
          Map.entry("F6_E2M3", DataType.FP6_E2M3),
          Map.entry("F6_E3M2", DataType.FP6_E3M2),
          Map.entry("U8", DataType.UINT8),
          Map.entry("I8", DataType.INT8),
          Map.entry("F8_E5M2", DataType.FP8_E5M2),
          Map.entry("F8_E4M3", DataType.FP8_E4M3),
          Map.entry("F8_E8M0", DataType.FP8_E8M0),
          Map.entry("F8_E4M3FNUZ", DataType.FP8_E4M3FNUZ),
          Map.entry("F8_E5M2FNUZ", DataType.FP8_E5M2FNUZ),
          Map.entry("I16", DataType.INT16),
          Map.entry("U16", DataType.UINT16),
          Map.entry("F16", DataType.FP16),
          Map.entry("BF16", DataType.BF16),
          Map.entry("I32", DataType.INT32),
          Map.entry("U32", DataType.UINT32),
          Map.entry("F32", DataType.FP32),
          Map.entry("C64", DataType.COMPLEX64),
          Map.entry("F64", DataType.FP64),
          Map.entry("I64", DataType.INT64),
          Map.entry("U64", DataType.UINT64));

  private SafetensorsType() {}

  /**
   * The word for a type that the format has.
   *
   * @throws IllegalArgumentException for any other
   */
  public static String word(DataType type) {
    return WORDS.entrySet().stream()
        .filter(entry -> entry.getValue() == type)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No safetensors type " + type));
  }

  static Optional<DataType> of(String word) {
    return Optional.ofNullable(WORDS.get(word));
  }
}
