package io.luntra.codec;

import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
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

  private static final float EMBEDDING_STEP = 0.45f;
  private static final float PRODUCT_STEP = 0.175f;
  private static final float OTHER_STEP = 0.1f;
  private static final float ROUNDING = 0.1f;

  public static final TensorSettings LOSSLESS =
      new TensorSettings(Method.LOSSLESS, 0, true, BlockShape.CHUNK, 0, 0, Pruning.NONE);

  public TensorSettings {
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(block, "block");
    Objects.requireNonNull(pruning, "pruning");
  }

  /** Whether a tensor is one that lossy profiles give other values. */
  public static boolean isMatrix(TensorInfo tensor) {
    return isMatrix(tensor.dtype(), tensor.shape().size());
  }

  private static boolean isMatrix(DataType dtype, int rank) {
    return rank >= 2 && FloatType.of(dtype).isPresent();
  }

  /** What a profile means for a tensor of which nothing but its place in the graph is known. */
  public static TensorSettings of(Profile profile, DataType dtype, int rank, TensorRole role) {
    if (!isMatrix(dtype, rank)) {
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

  /**
   * Steps in units of each row's own spread. What MiniLM needs for a mean cosine of 0.99;
   * embeddings bear coarser steps than matrix products, and what is neither is too small to matter
   * and kept fine.
   */
  private static TensorSettings entropy(TensorRole role) {
    float step =
        switch (role) {
          case EMBEDDING -> EMBEDDING_STEP;
          case INPUT_ROWS, OUTPUT_ROWS -> PRODUCT_STEP;
          case OTHER -> OTHER_STEP;
        };
    return new TensorSettings(
        Method.ENTROPY, 0, true, BlockShape.ROW, step, ROUNDING, Pruning.NONE);
  }

  /** The same with steps of an ENTROPY grid scaled; grids of integers have no steps to choose. */
  public TensorSettings withStepScale(double factor) {
    return method == Method.ENTROPY
        ? new TensorSettings(
            method, bits, symmetric, block, (float) (step * factor), rounding, pruning)
        : this;
  }

  /** The same with one step for the whole tensor; 0 changes nothing. */
  public TensorSettings withTensorStep(float tensorStep) {
    return tensorStep == 0
        ? this
        : new TensorSettings(method, bits, symmetric, block, tensorStep, rounding, pruning);
  }

  /** The same with weights set to 0. */
  public TensorSettings withPruning(Pruning pruned) {
    return new TensorSettings(method, bits, symmetric, block, step, rounding, pruned);
  }
}
