package io.luntra.jobs.gate;

import io.luntra.blob.BlobUnpacker;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.jobs.shard.ParentBytes;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.jobs.shard.ShardDecoder;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.RootManifest;
import io.luntra.manifest.ShardEntry;
import java.io.IOException;
import java.util.List;

/**
 * A release as its staged blobs have it, read the way a buyer reads it from the chain: the root
 * manifest, the manifest's parts, then shard after shard.
 */
final class StagedManifest {
  private final StagingStore store;
  private final ReleaseManifest manifest;

  private StagedManifest(StagingStore store, ReleaseManifest manifest) {
    this.store = store;
    this.manifest = manifest;
  }

  static StagedManifest read(StagingStore store, StagedRelease release) {
    List<byte[]> root =
        release.rootManifest().stream().map(hash -> store.blob(hash).blob()).toList();
    return new StagedManifest(
        store,
        ReleaseManifest.read(
            RootManifest.fromBlobs(root),
            release.blobs().subList(release.dataBlobs(), release.blobs().size()).stream()
                .map(hash -> store.blob(hash).blob())
                .iterator()));
  }

  ReleaseManifest manifest() {
    return manifest;
  }

  /**
   * Decodes all chunks in order; holds one shard at a time.
   *
   * @param parent files of the release that it is a delta against, or null
   */
  void decode(ParentFiles parent, ShardDecoder.ChunkConsumer consumer) throws IOException {
    try (ShardDecoder decoder = new ShardDecoder();
        ParentBytes bytes = ParentBytes.of(parent)) {
      for (ShardEntry shard : manifest.shards()) {
        List<byte[]> blobs =
            shard.commitments().stream()
                .map(commitment -> store.blob(commitment.versionedHash()).blob())
                .toList();
        decoder.decode(
            BlobUnpacker.unpack(blobs, shard.payloadBytes()), shard.chunks(), bytes, consumer);
      }
    }
  }
}
