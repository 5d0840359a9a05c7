package io.luntra.manifest;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules that hold between entries: writer and reader show it each entry in order. Chunks cover
 * every byte of every artifact once, in order; each lies in one tensor or in none; shards and blobs
 * are numbered without a gap; a tensor's range is where its chunks are.
 */
final class LayoutCheck {
  private final List<Long> artifactBytes = new ArrayList<>();
  private final Set<String> files = new HashSet<>();
  private final Set<String> folders = new HashSet<>();
  private final List<PlacedTensor> tensors = new ArrayList<>();
  private long tensorEnd;
  private int tensorCount;

  private int artifact;
  private long offset;
  private int tensor;
  private int shards;
  private int dataBlobs;

  private long inputBytes;
  private long encodedBytes;
  private long matrixElements;
  private long matrixEncodedBytes;
  private boolean takesFromParent;

  /** A tensor that has bytes. */
  private record PlacedTensor(
      int artifact, long offset, long end, ShardRange range, boolean isFloatMatrix) {}

  void entry(ManifestEntry entry) {
    if (entry instanceof ArtifactEntry next) {
      artifact(next);
    } else if (entry instanceof TensorEntry next) {
      tensor(next);
    } else if (entry instanceof ShardEntry next) {
      shard(next);
    }
  }

  private void artifact(ArtifactEntry entry) {
    requireNoShards("An artifact");
    Checks.range("Number of artifacts", artifactBytes.size() + 1L, 1, ManifestLimits.MAX_ARTIFACTS);
    String path = entry.path();
    boolean taken = folders.contains(path) || !files.add(path);
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String folder = path.substring(0, slash);
      folders.add(folder);
      taken |= files.contains(folder);
    }
    if (taken) {
      throw new InvalidInputException("Artifact path \"" + path + "\" stands there twice");
    }
    artifactBytes.add(entry.bytes());
    inputBytes += entry.bytes();
    Checks.range("inputBytes", inputBytes, 0, ManifestLimits.MAX_INTEGER);
    tensorEnd = 0;
  }

  private void tensor(TensorEntry entry) {
    requireNoShards("A tensor");
    tensorCount++;
    Checks.range("Number of tensors", tensorCount, 1, ManifestLimits.MAX_TENSORS);
    int last = artifactBytes.size() - 1;
    String name = "Tensor '%s'".formatted(ForeignText.printable(entry.info().name()));
    if (last < 0) {
      throw new InvalidInputException(name + " stands before any artifact");
    }
    Checks.range(name + ": offset", entry.offset(), tensorEnd, Long.MAX_VALUE);
    Checks.range(name + ": end", entry.end(), 0, artifactBytes.get(last));
    tensorEnd = entry.end();
    if (entry.info().bytes() > 0) {
      boolean isFloatMatrix = entry.info().dtype().isFloat() && entry.info().shape().size() >= 2;
      tensors.add(
          new PlacedTensor(last, entry.offset(), entry.end(), entry.range(), isFloatMatrix));
      matrixElements += isFloatMatrix ? entry.info().elements() : 0;
    }
  }

  private void shard(ShardEntry entry) {
    Checks.equal("Index of a shard", entry.index(), shards);
    Checks.equal("First blob of shard " + shards, entry.firstBlob(), dataBlobs);
    int position = 0;
    for (ChunkReference chunk : entry.chunks()) {
      chunk(chunk, position);
      position += chunk.encodedLength();
    }
    encodedBytes += entry.payloadBytes();
    dataBlobs += entry.commitments().size();
    shards++;
  }

  private void chunk(ChunkReference chunk, int position) {
    skipFinishedArtifacts();
    if (chunk.artifact() != artifact || chunk.offset() != offset) {
      throw new InvalidInputException(
          "Shard %d: a chunk is at byte %d of artifact %d, expected byte %d of artifact %d"
              .formatted(shards, chunk.offset(), chunk.artifact(), offset, artifact));
    }
    if (artifact >= artifactBytes.size() || chunk.end() > artifactBytes.get(artifact)) {
      throw new InvalidInputException(
          "Shard %d: a chunk ends at byte %d of artifact %d, behind its end"
              .formatted(shards, chunk.end(), artifact));
    }
    if (tensor < tensors.size() && tensors.get(tensor).artifact() == artifact) {
      tensorChunk(tensors.get(tensor), chunk, position);
    }
    offset = chunk.end();
    takesFromParent |= chunk.encodedLength() == 0;
  }

  private void tensorChunk(PlacedTensor placed, ChunkReference chunk, int position) {
    if (chunk.end() <= placed.offset()) {
      return;
    }
    if (chunk.offset() < placed.offset() || chunk.end() > placed.end()) {
      throw new InvalidInputException(
          "Shard %d: the chunk at byte %d of artifact %d crosses a border of the tensor at byte %d"
              .formatted(shards, chunk.offset(), artifact, placed.offset()));
    }
    ShardRange range = placed.range();
    boolean fits = true;
    if (chunk.offset() == placed.offset()) {
      fits = range.firstShard() == shards && range.firstByte() == position;
    }
    if (chunk.end() == placed.end()) {
      fits &= range.lastShard() == shards && range.endByte() == position + chunk.encodedLength();
      tensor++;
    }
    if (!fits) {
      throw new InvalidInputException(
          "The tensor at byte %d of artifact %d says it lies in %s, but has a chunk at byte %d of"
                  .formatted(placed.offset(), artifact, range, position)
              + " shard "
              + shards);
    }
    matrixEncodedBytes += placed.isFloatMatrix() ? chunk.encodedLength() : 0;
  }

  /**
   * Call after the last entry.
   *
   * @param hasParent whether there is a release from which chunks can be taken
   */
  ReleaseTotals finish(boolean hasParent) {
    skipFinishedArtifacts();
    if (artifact < artifactBytes.size()) {
      throw new InvalidInputException(
          "Chunks end at byte %d of artifact %d, expected all %d bytes"
              .formatted(offset, artifact, artifactBytes.get(artifact)));
    }
    if (takesFromParent && !hasParent) {
      throw new InvalidInputException(
          "Chunks of no bytes stand for the parent's, but there is none");
    }
    return new ReleaseTotals(
        inputBytes, encodedBytes, matrixElements, matrixEncodedBytes, dataBlobs);
  }

  private void skipFinishedArtifacts() {
    while (artifact < artifactBytes.size() && offset == artifactBytes.get(artifact)) {
      artifact++;
      offset = 0;
    }
  }

  private void requireNoShards(String what) {
    if (shards > 0) {
      throw new InvalidInputException(what + " stands after a shard");
    }
  }
}
