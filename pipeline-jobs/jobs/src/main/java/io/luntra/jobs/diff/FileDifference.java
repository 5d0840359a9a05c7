package io.luntra.jobs.diff;

import io.luntra.manifest.ArtifactEntry;
import java.util.Optional;

/**
 * An artifact in two releases, of which it is in one at least.
 *
 * @param before as the first release has it
 * @param after as the second has it
 */
public record FileDifference(
    String path, Optional<ArtifactEntry> before, Optional<ArtifactEntry> after) {

  /** Changed is what differs in a rebuilt byte. */
  public Kind kind() {
    if (before.isEmpty()) {
      return Kind.ADDED;
    }
    if (after.isEmpty()) {
      return Kind.REMOVED;
    }
    return before.get().sha256().equals(after.get().sha256()) ? Kind.SAME : Kind.CHANGED;
  }
}
