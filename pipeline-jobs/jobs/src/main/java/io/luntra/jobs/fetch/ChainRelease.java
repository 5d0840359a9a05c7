package io.luntra.jobs.fetch;

import io.luntra.blob.BlobPacking;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.registry.PublishedBatch;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.RootManifest;
import io.luntra.manifest.ShardEntry;
import io.luntra.manifest.TensorEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * A published release with its manifest, both from the chain. Its blobs are those that the manifest
 * lists, and their Merkle root is the sealed one.
 *
 * @param standing what the registry said of it when it was read
 */
public record ChainRelease(
    PublishedRelease published, ReleaseManifest manifest, ReleaseStanding standing) {
  private static final int MAX_NAMED = 8;

  public RootManifest root() {
    return manifest.root();
  }

  public List<ArtifactManifest> artifacts() {
    return manifest.artifacts();
  }

  public List<ShardEntry> shards() {
    return manifest.shards();
  }

  /** Number of blobs, the manifest's included. */
  public int blobs() {
    return published.batches().stream().mapToInt(batch -> batch.blobHashes().size()).sum()
        + published.rootManifest().blobHashes().size();
  }

  /** Blobs × 131,072. */
  public long wireBytes() {
    return (long) blobs() * BlobPacking.BLOB_BYTES;
  }

  /** The block of each blob, in release order, without those of the root manifest. */
  public List<BlockReference> blocks() {
    return blocks(published);
  }

  static List<BlockReference> blocks(PublishedRelease published) {
    List<BlockReference> blocks = new ArrayList<>();
    for (PublishedBatch batch : published.batches()) {
      for (int i = 0; i < batch.blobHashes().size(); i++) {
        blocks.add(batch.block());
      }
    }
    return blocks;
  }

  /** Says what a blob holds: its place in the release, its shard and the tensors in that. */
  public String describe(VersionedHash hash) {
    int index = published.blobHashes().indexOf(hash);
    for (ShardEntry shard : shards()) {
      if (index >= shard.firstBlob() && index < shard.firstBlob() + shard.commitments().size()) {
        return "blob %d (%s) belongs to shard %d, which holds %s"
            .formatted(index, hash, shard.index(), tensorsIn(shard.index()));
      }
    }
    return "blob %d (%s) belongs to the manifest".formatted(index, hash);
  }

  private String tensorsIn(int shard) {
    List<String> names = new ArrayList<>();
    for (ArtifactManifest artifact : artifacts()) {
      for (TensorEntry tensor : artifact.tensors()) {
        if (tensor.range().firstShard() <= shard && shard <= tensor.range().lastShard()) {
          names.add(tensor.info().name());
        }
      }
    }
    int more = names.size() - MAX_NAMED;
    return "%d tensors: %s%s"
        .formatted(
            names.size(),
            String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMED))),
            more > 0 ? " and " + more + " more" : "");
  }
}
