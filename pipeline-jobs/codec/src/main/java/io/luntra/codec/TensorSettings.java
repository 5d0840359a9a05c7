package io.luntra.codec;

import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorRole;
import java.util.Objects;

/**
 * How the chunks of one tensor are encoded.
 *
 * @param bits INTEGER: 4 or 8; otherwise 0
 * @param symmetric INTEGER: whether level 0 is the value 0 in every block
 * @param block which elements share a step
 * @param step INTEGER: the step of the whole tensor, or 0 where each block's follows from its
 *     values; ENTROPY: the step of a block in units of the root mean square of its values
 * @param rounding weight of rate against squared error, in squared steps per bit; 0 rounds to the
 *     nearest level
 */
public record TensorSettings(
    Method method,
    int bits,
    boolean symmetric,
    BlockShape block,
    float step,
    float rounding,
    Pruning pruning) {

  /** What the codec may change. */
  public enum Method {
    /** Nothing. */
    LOSSLESS,
    /** Values go to a grid of 2^bits levels. */
    INTEGER,
    /** Values go to a grid without end, whose levels cost what their entropy is. */
    ENTROPY
  }

  public static final TensorSettings LOSSLESS =
      new TensorSettings(Method.LOSSLESS, 0, true, BlockShape.CHUNK, 0, 0, Pruning.NONE);

  public TensorSettings {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(block, "block");
    Objects.requireNonNull(pruning, "pruning");
  }

  /** What a profile means for a tensor of which nothing but its place in the graph is known. */
  public static TensorSettings of(Profile profile, DataType dtype, int rank, TensorRole role) {
    boolean matrix = dtype == DataType.FP32 && rank >= 2;
    if (!matrix) {
      return LOSSLESS;
    }
    return switch (profile.kind()) {
      case LOSSLESS -> LOSSLESS;
      case INT8 -> integer(8, profile, role);
      case INT4 -> integer(4, profile, role);
      case ENTROPY -> entropy(role);
    };
  }

  private static TensorSettings integer(int bits, Profile profile, TensorRole role) {
    BlockShape block =
        switch (profile.granularity()) {
          case TENSOR -> BlockShape.CHUNK;
          case ROW -> BlockShape.ROW;
          case GROUP ->
              role == TensorRole.INPUT_ROWS
                  ? BlockShape.alongColumn(profile.group())
                  : BlockShape.alongRow(profile.group());
        };
    return new TensorSettings(Method.INTEGER, bits, profile.symmetric(), block, 0, 0, Pruning.NONE);
  }

  private static TensorSettings entropy(TensorRole role) {
    float factor = role == TensorRole.EMBEDDING ? 1.8f : 0.7f;
    return new TensorSettings(
        Method.ENTROPY, 0, true, BlockShape.ROW, 0.35f * factor, 0.1f, Pruning.NONE);
  }
}
