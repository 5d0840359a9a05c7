package io.luntra.jobs.prepare;

import io.luntra.blob.BlobUnpacker;
import io.luntra.blob.Bytes32;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.jobs.shard.ShardDecoder;
import io.luntra.manifest.ChunkReference;
import io.luntra.manifest.ShardEntry;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the files of a release will be when they are rebuilt, learnt by decoding its staged blobs
 * once, in order. Holds one shard at a time.
 */
final class RebuiltArtifacts {
  private final List<ArtifactHasher> hashers = new ArrayList<>();
  private final List<List<Section>> tensors = new ArrayList<>();

  /** Chunks whose values are not exactly those of the input. */
  private final Set<ChunkReference> changed = new HashSet<>();

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

  static RebuiltArtifacts of(
      List<ArtifactLayout> artifacts, PreparedShards shards, StagingStore store)
      throws IOException {
    RebuiltArtifacts rebuilt = new RebuiltArtifacts(artifacts);
    try (ShardDecoder decoder = new ShardDecoder()) {
      for (ShardEntry shard : shards.entries()) {
        rebuilt.decode(shard, decoder, store);
      }
    }
    return rebuilt;
  }

  private void decode(ShardEntry shard, ShardDecoder decoder, StagingStore store)
      throws IOException {
    List<byte[]> blobs =
        shard.commitments().stream()
            .map(commitment -> store.blob(commitment.versionedHash()).blob())
            .toList();
    decoder.decode(
        BlobUnpacker.unpack(blobs, shard.payloadBytes()),
        shard.chunks().stream().map(ChunkReference::length).toList(),
        (index, header, values) -> {
          ChunkReference chunk = shard.chunks().get(index);
          hashers.get(chunk.artifact()).update(values, 0, values.length);
          if (!header.codec().isExact()) {
            changed.add(chunk);
          }
        });
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

  /** Whether all values of a tensor are exactly those of the input. */
  boolean isExact(int artifact, Section tensor) {
    return changed.stream()
        .noneMatch(
            chunk ->
                chunk.artifact() == artifact
                    && chunk.offset() < tensor.end()
                    && tensor.offset() < chunk.end());
  }
}
