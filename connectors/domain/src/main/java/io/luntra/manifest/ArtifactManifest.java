package io.luntra.manifest;

import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A file of a release and its tensors, in offset order. */
public record ArtifactManifest(ArtifactEntry file, List<TensorEntry> tensors) {
  public ArtifactManifest {
    Objects.requireNonNull(file, "file");
    tensors = List.copyOf(tensors);
  }

  /** How the file is laid out: what is no tensor's is the container's. */
  public ArtifactLayout layout() {
    List<Section> sections = new ArrayList<>();
    long end = 0;
    for (TensorEntry tensor : tensors) {
      if (tensor.offset() > end) {
        sections.add(new Section(end, tensor.offset() - end, null));
      }
      sections.add(new Section(tensor.offset(), tensor.info().bytes(), tensor.info()));
      end = tensor.end();
    }
    if (file.bytes() > end) {
      sections.add(new Section(end, file.bytes() - end, null));
    }
    return new ArtifactLayout(file.path(), file.bytes(), sections);
  }
}
