package io.luntra.jobs.prepare;

import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ChunkReference;
import io.luntra.manifest.ShardEntry;
import io.luntra.manifest.ShardRange;
import io.luntra.release.ChunkSlice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The encoded shards of one release in order, and the commitments to their blobs. */
final class PreparedShards {
  private final int release;
  private final List<ShardEntry> entries;
  private final Map<Place, Position> starts = new HashMap<>();
  private final Map<Place, Position> ends = new HashMap<>();

  /** A byte of an artifact. */
  private record Place(int artifact, long offset) {}

  /** A byte of a shard's payload. */
  private record Position(int shard, int offset) {}

  private PreparedShards(int release, List<ShardEntry> entries) {
    this.release = release;
    this.entries = entries;
    for (ShardEntry shard : entries) {
      int position = 0;
      for (ChunkReference chunk : shard.chunks()) {
        starts.put(
            new Place(chunk.artifact(), chunk.offset()), new Position(shard.index(), position));
        position += chunk.encodedLength();
        ends.put(new Place(chunk.artifact(), chunk.end()), new Position(shard.index(), position));
      }
    }
  }

  /**
   * Puts the parts of one release together, in whatever order they come.
   *
   * @throws IllegalStateException when one is missing
   */
  static PreparedShards collect(Iterable<ReleasePart> parts) {
    int release = -1;
    List<EncodedShard> shards = new ArrayList<>();
    Map<Integer, List<ReleasePart.CommittedBlob>> blobs = new HashMap<>();
    for (ReleasePart part : parts) {
      release = part.release();
      if (part.shard() != null) {
        shards.add(part.shard());
      } else {
        blobs.computeIfAbsent(part.blob().shard(), shard -> new ArrayList<>()).add(part.blob());
      }
    }
    shards.sort(Comparator.comparingInt(EncodedShard::shard));
    List<ShardEntry> entries = new ArrayList<>();
    int firstBlob = 0;
    for (EncodedShard shard : shards) {
      List<ReleasePart.CommittedBlob> own = blobs.getOrDefault(shard.shard(), new ArrayList<>());
      own.sort(Comparator.comparingInt(ReleasePart.CommittedBlob::index));
      if (shard.shard() != entries.size() || own.size() != shard.blobs()) {
        throw new IllegalStateException(
            "Release %d: shard %d came as number %d with %d of %d blobs"
                .formatted(release, shard.shard(), entries.size(), own.size(), shard.blobs()));
      }
      entries.add(entry(shard, firstBlob, own));
      firstBlob += own.size();
    }
    return new PreparedShards(release, entries);
  }

  private static ShardEntry entry(
      EncodedShard shard, int firstBlob, List<ReleasePart.CommittedBlob> blobs) {
    List<ChunkReference> chunks = new ArrayList<>();
    for (int i = 0; i < shard.chunks().size(); i++) {
      ChunkSlice slice = shard.chunks().get(i);
      chunks.add(
          new ChunkReference(
              slice.artifact(), slice.offset(), slice.length(), shard.encodedBytes().get(i)));
    }
    return new ShardEntry(
        shard.shard(),
        firstBlob,
        Math.toIntExact(shard.payloadBytes()),
        blobs.stream().map(blob -> new KzgCommitment(blob.commitment())).toList(),
        chunks);
  }

  /** Index of the release in the job. */
  int release() {
    return release;
  }

  List<ShardEntry> entries() {
    return entries;
  }

  /** Versioned hashes of all blobs, in order. */
  List<VersionedHash> hashes() {
    return entries.stream()
        .flatMap(shard -> shard.commitments().stream())
        .map(KzgCommitment::versionedHash)
        .toList();
  }

  /** Where the encoded chunks of the bytes [offset, end) of an artifact lie. */
  ShardRange range(int artifact, long offset, long end) {
    if (offset == end) {
      return ShardRange.EMPTY;
    }
    Position first = starts.get(new Place(artifact, offset));
    Position last = ends.get(new Place(artifact, end));
    return new ShardRange(first.shard(), first.offset(), last.shard(), last.offset());
  }
}
