package io.luntra.modelfiles;

import io.luntra.failure.InvalidInputException;
import io.luntra.release.ArtifactLayout;
import io.luntra.tensor.TensorRole;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
   * @param roles what the model does with its tensors, by name, as far as its graph tells
   */
  public record Artifact(Path file, ArtifactLayout layout, Map<String, TensorRole> roles) {
    public Artifact {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(layout, "layout");
      roles = Map.copyOf(roles);
    }

    /** A file of which nothing but the layout is known. */
    public Artifact(Path file, ArtifactLayout layout) {
      this(file, layout, Map.of());
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
