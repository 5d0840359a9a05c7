package io.luntra.codec;

import io.luntra.tensor.ChunkShape;

/**
 * Turns tensor chunks into encoded chunks. The same chunk and profile give the same bytes, whatever
 * was encoded before. An instance keeps buffers and native contexts: one thread at a time, closed
 * when done.
 */
public interface ChunkEncoder extends AutoCloseable {
  /**
   * Encodes one chunk.
   *
   * @param raw the chunk as stored, at most {@link ChunkHeader#MAX_RAW_LENGTH} bytes and a whole
   *     number of elements; only read
   * @return header and body, at most {@link ChunkHeader#BYTES} longer than {@code raw}; the
   *     caller's
   * @throws IllegalArgumentException if {@code raw} is too long or cuts an element
   */
  byte[] encode(ChunkShape shape, byte[] raw);

  @Override
  void close();

  /** A new encoder. */
  static ChunkEncoder forProfile(Profile profile) {
    return switch (profile) {
      case INT8 -> new Int8Encoder();
      case LOSSLESS -> new LosslessEncoder();
    };
  }
}
