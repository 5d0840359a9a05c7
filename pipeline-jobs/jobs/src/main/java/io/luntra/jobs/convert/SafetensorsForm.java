package io.luntra.jobs.convert;

import io.luntra.codec.FloatType;
import io.luntra.tensor.TensorInfo;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What becomes of the floating-point tensors of a safetensors model. */
public enum SafetensorsForm {
  FP32(FloatType.FP32, 0, 0),
  FP16(FloatType.FP16, 0, 0),
  BF16(FloatType.BF16, 0, 0),
  /** Linear layers in 8 bits, a scale for each row: pack-quantized, by channel. */
  INT8(null, 8, 0),
  /** Linear layers in 4 bits, a scale for each 32 inputs: pack-quantized, by group. */
  INT4(null, 4, 32);

  private static final long FEWEST = 1024;
  private static final int PACKED = 32;
  private static final String WEIGHT = ".weight";

  private final FloatType type;
  private final int bits;
  private final int group;

  SafetensorsForm(FloatType type, int bits, int group) {
    this.type = type;
    this.bits = bits;
    this.group = group;
  }

  /** The type that all floating-point tensors get; none where weights are packed. */
  Optional<FloatType> type() {
    return Optional.ofNullable(type);
  }

  /** Bits of a packed weight; 0 where nothing is packed. */
  int bits() {
    return bits;
  }

  /** Weights of a row that share a scale, or 0 for all. */
  int group() {
    return group;
  }

  /**
   * Whether a tensor is taken for the weights of a linear layer, and packed. Nothing in such a file
   * says what a tensor is for but its name, by the habits of Hugging Face's models.
   */
  boolean packs(TensorInfo tensor) {
    return bits > 0
        && isMatrixOfModule(tensor)
        && !tensor.name().contains("lm_head")
        && tensor.elements() >= FEWEST
        && tensor.shape().get(1) % PACKED == 0
        && FloatType.of(tensor.dtype()).isPresent();
  }

  /** Whether it is the matrix of a module that is no table to look up in. */
  static boolean isMatrixOfModule(TensorInfo tensor) {
    String name = tensor.name().toLowerCase(Locale.ROOT);
    return tensor.shape().size() == 2
        && name.endsWith(WEIGHT)
        && Stream.of("embed", "wte.", "wpe.").noneMatch(name::contains);
  }

  /** The module of such a matrix. */
  static String module(TensorInfo tensor) {
    return tensor.name().substring(0, tensor.name().length() - WEIGHT.length());
  }
}
