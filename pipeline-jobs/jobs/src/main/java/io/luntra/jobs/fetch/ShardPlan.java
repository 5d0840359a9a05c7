package io.luntra.jobs.fetch;

import io.luntra.manifest.ChunkReference;
import java.io.Serializable;
import java.util.List;

/**
 * How a fetched shard is decoded, and where to.
 *
 * @param target file that takes the decoded chunks, one after the other
 */
record ShardPlan(
    int release, int shard, int payloadBytes, List<ChunkReference> chunks, String target)
    implements Serializable {
  ShardPlan {
    chunks = List.copyOf(chunks);
  }

  long decodedBytes() {
    return chunks.stream().mapToLong(ChunkReference::length).sum();
  }
}
