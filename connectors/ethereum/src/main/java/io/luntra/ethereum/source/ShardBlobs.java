package io.luntra.ethereum.source;

import io.luntra.ethereum.beacon.BlobFetcher;
import java.util.List;

/**
 * Where the blobs of one shard stand on chain: the unit in which they are fetched.
 *
 * @param release index of the release in the job
 * @param blobs in the order of the shard, at least one
 */
public record ShardBlobs(int release, int shard, List<BlobFetcher.Location> blobs) {
  public ShardBlobs {
    blobs = List.copyOf(blobs);
    if (release < 0 || shard < 0 || blobs.isEmpty()) {
      throw new IllegalArgumentException(
          "Shard %d of release %d with %d blobs".formatted(shard, release, blobs.size()));
    }
  }
}
