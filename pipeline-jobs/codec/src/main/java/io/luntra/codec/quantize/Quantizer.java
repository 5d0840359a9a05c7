package io.luntra.codec.quantize;

import io.luntra.codec.BlockShape;
import io.luntra.codec.GridChunk;
import io.luntra.codec.TensorSettings;
import io.luntra.tensor.ChunkShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Rounds FP32 chunks to the nearest level of one grid per row. */
public final class Quantizer {
  private Quantizer() {}

  /**
   * Puts a chunk, or its difference to the parent's, on grids.
   *
   * @param parentOrNull what the parent decodes to, as long as {@code raw}
   * @return nothing if that cannot be done, as with infinities and numbers that are none
   */
  public static Optional<GridChunk> quantize(
      ChunkShape shape, byte[] raw, byte[] parentOrNull, TensorSettings settings) {
    FloatBuffer values = floats(raw);
    int elements = values.remaining();
    FloatBuffer parent = parentOrNull == null ? null : floats(parentOrNull);
    int row = Math.max(1, Math.min(shape.rowElements(), elements));
    int rows = GridChunk.rows(elements, row);
    short[] steps = new short[rows];
    int[] levels = new int[elements];
    for (int r = 0; r < rows; r++) {
      int end = Math.min(elements, (r + 1) * row);
      double largest = 0;
      double squares = 0;
      for (int i = r * row; i < end; i++) {
        double value = difference(values, parent, i);
        if (!Double.isFinite(value)) {
          return Optional.empty();
        }
        largest = Math.max(largest, Math.abs(value));
        double original = values.get(i);
        squares += original * original;
      }
      double wanted =
          settings.method() == TensorSettings.Method.INTEGER
              ? largest / ((1 << (settings.bits() - 1)) - 1)
              : settings.step() * Math.sqrt(squares / (end - r * row));
      wanted = Math.max(wanted, largest / GridChunk.MAX_LEVEL);
      int bits = (Float.floatToRawIntBits((float) wanted) + 0xffff) >>> 16;
      float step = GridChunk.step((short) bits);
      if (largest == 0 || step == 0) {
        continue;
      }
      if (Float.isInfinite(step * GridChunk.MAX_LEVEL)) {
        return Optional.empty();
      }
      steps[r] = (short) bits;
      for (int i = r * row; i < end; i++) {
        levels[i] = (int) Math.rint(difference(values, parent, i) / step);
      }
    }
    return Optional.of(new GridChunk(row, BlockShape.ROW, steps, null, levels));
  }

  private static double difference(FloatBuffer values, FloatBuffer parent, int i) {
    return parent == null ? values.get(i) : (double) values.get(i) - parent.get(i);
  }

  private static FloatBuffer floats(byte[] raw) {
    return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
