package io.luntra.modelfiles.source;

import io.luntra.release.ChunkSlice;
import io.luntra.release.Shard;
import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * One shard of a release, or what is left to read of it.
 *
 * @param files the files that its chunks lie in
 * @param next position in the shard of the first chunk to read
 */
public record ShardSplit(int release, Shard shard, List<PlannedFile> files, int next)
    implements SourceSplit {

  /**
   * A file as it was when the shards were planned.
   *
   * @param artifact its index in the release
   * @param length its size in bytes
   */
  public record PlannedFile(int artifact, String path, long length) {}

  public ShardSplit {
    files = List.copyOf(files);
    if (next < 0 || next > shard.chunks().size()) {
      throw new IllegalArgumentException(
          "Next chunk %d of %d".formatted(next, shard.chunks().size()));
    }
  }

  @Override
  public String splitId() {
    return release + "/" + shard.index();
  }

  ShardSplit startingAt(int chunk) {
    return new ShardSplit(release, shard, files, chunk);
  }

  PlannedFile file(ChunkSlice slice) {
    for (PlannedFile file : files) {
      if (file.artifact() == slice.artifact()) {
        return file;
      }
    }
    throw new IllegalStateException(
        "Split %s has no file for artifact %d".formatted(splitId(), slice.artifact()));
  }
}
