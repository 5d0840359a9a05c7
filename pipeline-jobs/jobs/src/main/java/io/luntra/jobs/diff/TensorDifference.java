package io.luntra.jobs.diff;

import io.luntra.manifest.TensorEntry;
import java.util.Optional;

/**
 * A tensor in two releases, of which it is in one at least.
 *
 * @param path of its artifact
 * @param name of the tensor, any text
 * @param before as the first release has it
 * @param after as the second has it
 */
public record TensorDifference(
    String path, String name, Optional<TensorEntry> before, Optional<TensorEntry> after) {
  public TensorDifference {
    if (before.isEmpty() && after.isEmpty()) {
      throw new IllegalArgumentException("Tensor in neither release");
    }
  }

  /** Changed is what differs in element type, shape, or a rebuilt value. */
  public Kind kind() {
    if (before.isEmpty()) {
      return Kind.ADDED;
    }
    if (after.isEmpty()) {
      return Kind.REMOVED;
    }
    return isReshaped() || !before.get().sha256().equals(after.get().sha256())
        ? Kind.CHANGED
        : Kind.SAME;
  }

  /** Whether it is in both, of another element type or shape. */
  public boolean isReshaped() {
    return before.isPresent()
        && after.isPresent()
        && !before.get().info().equals(after.get().info());
  }

  /** Size in the release that has it, or the larger one. */
  public long bytes() {
    return Math.max(
        before.map(tensor -> tensor.info().bytes()).orElse(0L),
        after.map(tensor -> tensor.info().bytes()).orElse(0L));
  }
}
