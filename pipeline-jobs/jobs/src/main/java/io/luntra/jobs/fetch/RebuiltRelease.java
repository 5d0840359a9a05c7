package io.luntra.jobs.fetch;

import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.release.ParentMatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A release whose files are in a folder, as its manifest says. */
public record RebuiltRelease(ChainRelease release, Path folder) {

  /** The release in this folder, if all of it is there and hashes to what its manifest says. */
  public static Optional<RebuiltRelease> in(Path folder, ChainRelease release) throws IOException {
    for (ArtifactManifest artifact : release.artifacts()) {
      if (!isSame(artifact, folder.resolve(artifact.file().path()))) {
        return Optional.empty();
      }
    }
    return Optional.of(new RebuiltRelease(release, folder));
  }

  static boolean isSame(ArtifactManifest artifact, Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) != artifact.file().bytes()) {
      return false;
    }
    ArtifactHasher hasher = new ArtifactHasher(List.of());
    hasher.update(file);
    return hasher.artifactHash().equals(artifact.file().sha256());
  }

  /** Paths of its files, in the order of the release. */
  public List<String> paths() {
    return release.artifacts().stream()
        .map(artifact -> folder.resolve(artifact.file().path()).toString())
        .toList();
  }

  /** As the parent of this release. */
  ParentFiles parentOf(ChainRelease child) {
    return new ParentFiles(
        ParentMatch.of(release.manifest().layouts(), child.manifest().layouts()), paths());
  }
}
