package io.luntra.jobs.prepare;

import io.luntra.blob.BlobUnpacker;
import io.luntra.blob.Bytes32;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.jobs.shard.ParentBytes;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.jobs.shard.ShardDecoder;
import io.luntra.manifest.ShardEntry;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files of a release will be when they are rebuilt, learnt by decoding its staged blobs
 * once, in order. Holds one shard at a time.
 */
final class RebuiltArtifacts {
  private final List<ArtifactHasher> hashers = new ArrayList<>();
  private final List<List<Section>> tensors = new ArrayList<>();

  private RebuiltArtifacts(List<ArtifactLayout> artifacts) {
    for (ArtifactLayout artifact : artifacts) {
      List<Section> sections =
          artifact.sections().stream().filter(section -> section.tensor() != null).toList();
      tensors.add(sections);
      hashers.add(
          new ArtifactHasher(
              sections.stream()
                  .map(section -> new ArtifactHasher.Range(section.offset(), section.length()))
                  .toList()));
    }
  }

  /**
   * Decodes all shards.
   *
   * @param parent files of the release that it is a delta against, or null
   */
  static RebuiltArtifacts of(
      List<ArtifactLayout> artifacts, PreparedShards shards, StagingStore store, ParentFiles parent)
      throws IOException {
    RebuiltArtifacts rebuilt = new RebuiltArtifacts(artifacts);
    try (ShardDecoder decoder = new ShardDecoder();
        ParentBytes bytes = ParentBytes.of(parent)) {
      for (ShardEntry shard : shards.entries()) {
        List<byte[]> blobs =
            shard.commitments().stream()
                .map(commitment -> store.blob(commitment.versionedHash()).blob())
                .toList();
        decoder.decode(
            BlobUnpacker.unpack(blobs, shard.payloadBytes()),
            shard.chunks(),
            bytes,
            (chunk, values) ->
                rebuilt.hashers.get(chunk.artifact()).update(values, 0, values.length));
      }
    }
    return rebuilt;
  }

  /** The tensors of an artifact, in offset order. */
  List<Section> tensors(int artifact) {
    return tensors.get(artifact);
  }

  /** SHA-256 of each tensor of an artifact. */
  List<Bytes32> tensorHashes(int artifact) {
    return hashers.get(artifact).rangeHashes();
  }

  /** SHA-256 of an artifact; call once. */
  Bytes32 artifactHash(int artifact) {
    return hashers.get(artifact).artifactHash();
  }
}
