package io.luntra.jobs.parent;

import io.luntra.blob.Bytes32;
import io.luntra.manifest.ManifestLimits;
import io.luntra.manifest.ParentReference;
import io.luntra.manifest.ReleaseManifest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/**
 * A sealed release that deltas can be made against.
 *
 * @param merkleRoot that it was sealed with
 * @param files gives its files when they are needed
 */
public record ParentRelease(
    Bytes32 releaseId, Bytes32 merkleRoot, ReleaseManifest manifest, Files files) {

  /** Rebuilds the files of a release. */
  @FunctionalInterface
  public interface Files {
    /** Their paths in the order of the release, of a Flink file system that workers reach. */
    List<String> rebuild() throws IOException, InterruptedException;
  }

  public ParentRelease {
    Objects.requireNonNull(releaseId, "releaseId");
    Objects.requireNonNull(merkleRoot, "merkleRoot");
    Objects.requireNonNull(manifest, "manifest");
    Objects.requireNonNull(files, "files");
  }

  /** Whether a delta against it would be rebuilt from no more releases than are allowed. */
  public boolean takesChildren() {
    return manifest.root().depth() < ManifestLimits.MAX_PARENTS;
  }

  /** As a child names it. */
  public ParentReference reference() {
    return new ParentReference(
        manifest.root().name(), releaseId, merkleRoot, manifest.root().depth() + 1);
  }
}
