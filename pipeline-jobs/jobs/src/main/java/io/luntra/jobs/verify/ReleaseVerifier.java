package io.luntra.jobs.verify;

import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.fetch.ArtifactHashes;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.manifest.ArtifactManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Holds files against a published release. */
public final class ReleaseVerifier {
  private ReleaseVerifier() {}

  /**
   * Compares a file with the release's only artifact, or with the one of its name; or a folder with
   * all artifacts.
   */
  public static Verdict verify(ChainRelease release, Path path) throws IOException {
    List<String> differences = new ArrayList<>();
    if (Files.isDirectory(path)) {
      for (ArtifactManifest artifact : release.artifacts()) {
        Path file = path.resolve(artifact.file().path());
        if (Files.isRegularFile(file)) {
          compare(artifact, file, differences);
        } else {
          differences.add(artifact.file().path() + ": there is no such file");
        }
      }
    } else if (Files.isRegularFile(path)) {
      compare(artifactFor(release, path), path, differences);
    } else {
      throw new InvalidInputException(path + " is neither a file nor a folder");
    }
    return new Verdict(
        differences.isEmpty(),
        release.root().name().toString(),
        release.published().releaseId().toHex(),
        release.published().publisher(),
        release.standing().status(),
        differences);
  }

  private static ArtifactManifest artifactFor(ChainRelease release, Path file) {
    if (release.artifacts().size() == 1) {
      return release.artifacts().get(0);
    }
    return release.artifacts().stream()
        .filter(artifact -> file.toAbsolutePath().endsWith(artifact.file().path()))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s: the release has %d artifacts and none of this name: %s"
                        .formatted(
                            file,
                            release.artifacts().size(),
                            release.artifacts().stream()
                                .map(known -> known.file().path())
                                .toList())));
  }

  private static void compare(ArtifactManifest artifact, Path file, List<String> differences)
      throws IOException {
    long size = Files.size(file);
    if (size != artifact.file().bytes()) {
      differences.add(
          "%s: expected %d bytes, found %d"
              .formatted(artifact.file().path(), artifact.file().bytes(), size));
    }
    ArtifactHasher hasher = ArtifactHashes.hasher(artifact);
    hasher.update(file);
    ArtifactHashes.compare(artifact, hasher, differences);
  }
}
