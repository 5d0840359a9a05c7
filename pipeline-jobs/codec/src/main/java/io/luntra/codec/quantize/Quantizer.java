package io.luntra.codec.quantize;

import io.luntra.codec.BlockShape;
import io.luntra.codec.GridChunk;
import io.luntra.codec.TensorSettings;
import io.luntra.tensor.ChunkShape;
import java.util.Optional;

/** Puts FP32 chunks on grids as their settings say. A pure function of its arguments. */
public final class Quantizer {
  /** Zeros keep to the parent, so a weight on bits would pull a sparse difference towards it. */
  private static final float MOST_ROUNDING_AGAINST_PARENT = 0.05f;

  private Quantizer() {}

  /**
   * Puts a chunk, or its difference to the parent's, on grids.
   *
   * @param raw FP32 values, little-endian
   * @param parentOrNull what the parent decodes to, as long as {@code raw}
   * @return nothing if that cannot be done, as with infinities and numbers that are none
   */
  public static Optional<GridChunk> quantize(
      ChunkShape shape, byte[] raw, byte[] parentOrNull, TensorSettings settings) {
    float[] own = Values.of(raw);
    if (own == null) {
      return Optional.empty();
    }
    int rowElements = Math.max(1, Math.min(shape.rowElements(), own.length));
    Values.prune(own, rowElements, settings.pruning());
    float[] values = own;
    if (parentOrNull != null) {
      float[] parent = Values.of(parentOrNull);
      values = parent == null ? null : Values.difference(own, parent);
      if (values == null) {
        return Optional.empty();
      }
    }
    return quantize(values, rowElements, settings, quantizer(own, settings, parentOrNull != null));
  }

  private static BlockQuantizer quantizer(
      float[] own, TensorSettings settings, boolean againstParent) {
    if (settings.method() == TensorSettings.Method.INTEGER) {
      return new IntegerBlocks(settings.bits(), settings.symmetric(), settings.step());
    }
    float weight =
        againstParent
            ? Math.min(settings.rounding(), MOST_ROUNDING_AGAINST_PARENT)
            : settings.rounding();
    return new EntropyBlocks(own, settings.step(), weight);
  }

  private static Optional<GridChunk> quantize(
      float[] values, int rowElements, TensorSettings settings, BlockQuantizer quantizer) {
    int rows = GridChunk.rows(values.length, rowElements);
    BlockShape shape = settings.block();
    int down = shape.rows() == BlockShape.ALL ? Math.max(1, rows) : shape.rows();
    int across = shape.columns() == BlockShape.ALL ? rowElements : shape.columns();
    short[] steps = new short[shape.count(rows, rowElements)];
    byte[] zeros = settings.symmetric() ? null : new byte[steps.length];
    int[] levels = new int[values.length];
    BlockQuantizer.Grid grid = new BlockQuantizer.Grid();
    int at = 0;
    for (int row = 0; row < rows; row += down) {
      for (int column = 0; column < rowElements; column += across, at++) {
        Block block =
            new Block(
                row,
                (int) Math.min(rows, (long) row + down),
                column,
                (int) Math.min(rowElements, (long) column + across),
                rowElements);
        if (!quantizer.quantize(values, block, levels, grid)) {
          return Optional.empty();
        }
        steps[at] = grid.step();
        if (zeros != null) {
          zeros[at] = (byte) grid.zero();
        }
      }
    }
    return Optional.of(new GridChunk(rowElements, shape, steps, zeros, levels));
  }
}
