package io.luntra.modelfiles;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * How model files are read.
 *
 * @param allowedRoots local folders, besides a model's own, in which the target of a symbolic link
 *     may lie (a Hugging Face cache keeps its blobs in one)
 */
public record ReaderOptions(ReaderLimits limits, List<String> allowedRoots)
    implements Serializable {
  /** Default limits, no further roots. */
  public static final ReaderOptions DEFAULTS = new ReaderOptions(ReaderLimits.DEFAULTS, List.of());

  public ReaderOptions {
    Objects.requireNonNull(limits, "limits");
    allowedRoots = List.copyOf(allowedRoots);
  }
}
