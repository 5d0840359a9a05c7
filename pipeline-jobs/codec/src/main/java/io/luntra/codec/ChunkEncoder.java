package io.luntra.codec;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.util.Arrays;

/**
 * Turns tensor chunks into encoded chunks. The same chunk, parent and settings give the same bytes,
 * whatever was encoded before. An instance keeps buffers and native contexts: one thread at a time,
 * closed when done.
 */
public final class ChunkEncoder implements AutoCloseable {
  private static final byte[] SAME = new byte[0];

  private final Int8Encoder int8 = new Int8Encoder();
  private final LosslessEncoder lossless = new LosslessEncoder();

  private ChunkEncoder() {}

  /** A new encoder. */
  public static ChunkEncoder create() {
    return new ChunkEncoder();
  }

  /**
   * Encodes one chunk in the cheapest way that its settings allow.
   *
   * @param raw the chunk as stored, at most {@link ChunkHeader#MAX_RAW_LENGTH} bytes and a whole
   *     number of elements; only read
   * @param parent what the parent release decodes to in this place, as long as {@code raw}; null
   *     where there is none
   * @return header and body, at most {@link ChunkHeader#BYTES} longer than {@code raw}, or nothing
   *     where the chunk is the parent's; the caller's
   * @throws IllegalArgumentException if {@code raw} is too long or cuts an element
   */
  public byte[] encode(ChunkShape shape, byte[] raw, byte[] parent, TensorSettings settings) {
    if (parent != null && Arrays.equals(raw, parent)) {
      return SAME;
    }
    return settings.method() == TensorSettings.Method.LOSSLESS
        ? lossless.encode(shape, raw)
        : int8.encode(shape, raw);
  }

  /**
   * Encodes a chunk that is on grids already.
   *
   * @param parent as above, where the grid is of the difference to it; otherwise null
   */
  public byte[] encode(GridChunk grid, byte[] parent) {
    ChunkShape shape = new ChunkShape(DataType.FP32, 2, grid.rowElements());
    return lossless.encode(shape, grid.reconstruct(parent));
  }

  @Override
  public void close() {
    int8.close();
    lossless.close();
  }
}
