package io.luntra.release;

import java.util.List;

/**
 * Consecutive tensor chunks that are encoded and packed together, starting on a blob of their own.
 *
 * @param index position in the release, from 0
 */
public record Shard(int index, List<ChunkSlice> chunks) {
  public Shard {
    chunks = List.copyOf(chunks);
    if (index < 0 || chunks.isEmpty()) {
      throw new IllegalArgumentException("Shard " + index + " of " + chunks.size() + " chunks");
    }
  }

  /** Bytes of input. */
  public long inputBytes() {
    return chunks.stream().mapToLong(ChunkSlice::length).sum();
  }
}
