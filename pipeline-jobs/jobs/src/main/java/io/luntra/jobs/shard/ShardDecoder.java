package io.luntra.jobs.shard;

import io.luntra.codec.ChunkDecoder;
import io.luntra.failure.VerificationException;
import io.luntra.manifest.ChunkReference;
import java.io.IOException;
import java.util.List;

/** Decodes the payload of a shard, its encoded chunks one after the other. */
public final class ShardDecoder implements AutoCloseable {
  private final ChunkDecoder decoder = ChunkDecoder.create();

  /** Takes the values of each chunk, in order. */
  @FunctionalInterface
  public interface ChunkConsumer {
    /**
     * Takes one chunk.
     *
     * @param values owned by the consumer
     */
    void accept(ChunkReference chunk, byte[] values) throws IOException;
  }

  /**
   * Decodes all chunks.
   *
   * @param payload the shard's encoded chunks, nothing before or after them
   * @param chunks what the manifest says of them
   * @throws VerificationException when the payload holds other chunks than these
   */
  public void decode(
      byte[] payload, List<ChunkReference> chunks, ParentBytes parent, ChunkConsumer consumer)
      throws IOException {
    int position = 0;
    for (ChunkReference chunk : chunks) {
      int length = chunk.encodedLength();
      if (length > payload.length - position) {
        throw new VerificationException(
            "A chunk of %d bytes at byte %d of a payload of %d"
                .formatted(length, position, payload.length));
      }
      byte[] before = parent.read(chunk.artifact(), chunk.offset(), chunk.length());
      consumer.accept(chunk, decode(payload, position, chunk, before));
      position += length;
    }
    if (position != payload.length) {
      throw new VerificationException(
          "%d chunks end at byte %d of a payload of %d"
              .formatted(chunks.size(), position, payload.length));
    }
  }

  private byte[] decode(byte[] payload, int position, ChunkReference chunk, byte[] before) {
    if (chunk.encodedLength() == 0) {
      if (before == null) {
        throw new VerificationException(
            "The chunk at byte %d of artifact %d is said to be the parent's, which has none for it"
                .formatted(chunk.offset(), chunk.artifact()));
      }
      return before;
    }
    return decoder.decode(payload, position, chunk.encodedLength(), chunk.length(), before);
  }

  @Override
  public void close() {
    decoder.close();
  }
}
