package io.luntra.jobs.shard;

import io.luntra.codec.ChunkDecoder;
import io.luntra.codec.ChunkHeader;
import io.luntra.failure.VerificationException;
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
     * @param index position of the chunk in the shard
     * @param values owned by the consumer
     */
    void accept(int index, ChunkHeader header, byte[] values) throws IOException;
  }

  /**
   * Decodes all chunks.
   *
   * @param payload the shard's encoded chunks, nothing before or after them
   * @param lengths bytes that each chunk has once it is decoded
   * @throws VerificationException when the payload holds other chunks than these
   */
  public void decode(byte[] payload, List<Integer> lengths, ChunkConsumer consumer)
      throws IOException {
    int position = 0;
    for (int index = 0; index < lengths.size(); index++) {
      ChunkHeader header = ChunkDecoder.readHeader(payload, position);
      int length = header.encodedLength();
      consumer.accept(
          index, header, decoder.decode(payload, position, length, lengths.get(index), null));
      position += length;
    }
    if (position != payload.length) {
      throw new VerificationException(
          "%d chunks end at byte %d of a payload of %d"
              .formatted(lengths.size(), position, payload.length));
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
