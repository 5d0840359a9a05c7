package io.luntra.jobs.fetch;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * How a fetched shard is decoded, and where to.
 *
 * @param chunkBytes decoded size of each chunk
 * @param target file that takes the decoded chunks, one after the other
 */
record ShardPlan(int release, int shard, int payloadBytes, int[] chunkBytes, String target)
    implements Serializable {
  List<Integer> lengths() {
    return Arrays.stream(chunkBytes).boxed().toList();
  }

  long decodedBytes() {
    return Arrays.stream(chunkBytes).asLongStream().sum();
  }
}
