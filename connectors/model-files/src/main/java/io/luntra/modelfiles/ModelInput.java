package io.luntra.modelfiles;

import io.luntra.failure.InvalidInputException;
import io.luntra.release.ArtifactLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.core.fs.Path;

/**
 * The files of a release and how each is laid out. The position of an artifact in the list is its
 * index in the release.
 */
public record ModelInput(List<Artifact> artifacts) {

  /**
   * One file.
   *
   * @param file where its bytes are read from
   */
  public record Artifact(Path file, ArtifactLayout layout) {
    public Artifact {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(layout, "layout");
    }
  }

  public ModelInput {
    artifacts = List.copyOf(artifacts);
    Set<String> paths = new HashSet<>();
    for (Artifact artifact : artifacts) {
      if (!paths.add(artifact.layout().path())) {
        throw new InvalidInputException(
            "Two files of one release would be artifact '%s'; the second is %s"
                .formatted(artifact.layout().path(), artifact.file()));
      }
    }
  }

  public List<ArtifactLayout> layouts() {
    return artifacts.stream().map(Artifact::layout).toList();
  }

  /** Bytes of all files. */
  public long inputBytes() {
    return artifacts.stream().mapToLong(artifact -> artifact.layout().length()).sum();
  }
}
