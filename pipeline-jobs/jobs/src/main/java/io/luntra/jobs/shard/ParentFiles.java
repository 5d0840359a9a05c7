package io.luntra.jobs.shard;

import io.luntra.release.ParentMatch;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * The rebuilt files of a parent release, and which of their bytes stand for a child's.
 *
 * @param paths of its artifacts, in the order of the release; of a Flink file system
 */
public record ParentFiles(ParentMatch match, List<String> paths) implements Serializable {
  public ParentFiles {
    Objects.requireNonNull(match, "match");
    paths = List.copyOf(paths);
  }
}
