package io.luntra.modelfiles.source;

import java.util.List;

/**
 * What an enumerator has still to do.
 *
 * @param unplanned releases whose headers were not read yet
 * @param pending splits that no reader has
 */
public record ModelSourceCheckpoint(List<ModelSourceRelease> unplanned, List<ShardSplit> pending) {
  public ModelSourceCheckpoint {
    unplanned = List.copyOf(unplanned);
    pending = List.copyOf(pending);
  }
}
