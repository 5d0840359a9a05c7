package io.luntra.modelfiles.gguf;

import io.luntra.tensor.DataType;
import java.util.Map;
import java.util.Optional;

/** Numbers of tensor types, as ggml.h has them. */
final class GgufType {
  private static final Map<Long, DataType> NUMBERS =
      Map.ofEntries(
          Map.entry(0L, DataType.FP32),
          Map.entry(1L, DataType.FP16),
          Map.entry(2L, DataType.Q4_0),
          Map.entry(8L, DataType.Q8_0),
          Map.entry(12L, DataType.Q4_K),
          Map.entry(14L, DataType.Q6_K),
          Map.entry(24L, DataType.INT8),
          Map.entry(25L, DataType.INT16),
          Map.entry(26L, DataType.INT32),
          Map.entry(27L, DataType.INT64),
          Map.entry(28L, DataType.FP64),
          Map.entry(30L, DataType.BF16));

  private GgufType() {}

  static Optional<DataType> of(long number) {
    return Optional.ofNullable(NUMBERS.get(number));
  }
}
