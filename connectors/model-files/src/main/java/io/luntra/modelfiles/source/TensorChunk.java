package io.luntra.modelfiles.source;

import io.luntra.release.ChunkSlice;

/**
 * A tensor chunk with its bytes.
 *
 * @param release number of the release in its run
 * @param shard index of its shard in the release
 * @param index position in the shard, from 0
 * @param chunksInShard number of chunks in the shard
 * @param slice where it lies, and what its values are
 * @param data the bytes as stored in the file; not copied, and not to be changed
 */
public record TensorChunk(
    int release, int shard, int index, int chunksInShard, ChunkSlice slice, byte[] data) {
  public TensorChunk {
    if (index < 0 || index >= chunksInShard || data.length != slice.length()) {
      throw new IllegalArgumentException(
          "Chunk %d of %d with %d bytes for %s"
              .formatted(index, chunksInShard, data.length, slice));
    }
  }
}
