package io.luntra.modelfiles.onnx;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ReferredFiles;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.Path;

/** The files that a model's tensors refer to, in the order of their first mention. */
final class ExternalFiles {
  private static final Comparator<Section> BY_RANGE =
      Comparator.comparingLong(Section::offset).thenComparingLong(Section::length);

  private final Path model;
  private final ReaderOptions options;
  private final ReferredFiles folder;
  private final Map<String, ExternalFile> files = new LinkedHashMap<>();

  private record ExternalFile(Path path, long length, List<Section> ranges) {}

  /**
   * @param model the model file, qualified
   */
  ExternalFiles(Path model, ReaderOptions options) throws IOException {
    this.model = model;
    this.options = options;
    this.folder = new ReferredFiles(model.getParent(), options);
  }

  /**
   * Takes note of a file that a tensor refers to, once.
   *
   * @return its length in bytes
   * @throws InvalidInputException when it is missing, or outside the model's folder and the allowed
   *     roots
   */
  long open(String location) throws IOException {
    ExternalFile known = files.get(location);
    if (known != null) {
      return known.length();
    }
    if (files.size() == options.limits().files()) {
      throw new InvalidInputException(
          "more than %d external files".formatted(options.limits().files()));
    }
    Path path = folder.find(location);
    if (path.equals(model)) {
      throw new InvalidInputException("external data in the model file itself");
    }
    ExternalFile file = new ExternalFile(path, ModelFiles.length(path), new ArrayList<>());
    files.put(location, file);
    return file.length();
  }

  /** Claims a range of an opened file, not empty and within its length, for a tensor. */
  void claim(String location, long offset, TensorInfo tensor) {
    files.get(location).ranges().add(new Section(offset, tensor.bytes(), tensor));
  }

  /**
   * Lays out the files. Tensors of one and the same range are one section, named after the first.
   *
   * @throws InvalidInputException when two ranges overlap in part
   */
  List<Artifact> layouts() {
    List<Artifact> artifacts = new ArrayList<>();
    for (Map.Entry<String, ExternalFile> entry : files.entrySet()) {
      ExternalFile file = entry.getValue();
      List<Section> ranges = new ArrayList<>(file.ranges());
      ranges.sort(BY_RANGE);
      List<Section> distinct = new ArrayList<>();
      for (Section range : ranges) {
        Section last = distinct.isEmpty() ? null : distinct.get(distinct.size() - 1);
        if (last != null && BY_RANGE.compare(last, range) == 0) {
          continue;
        }
        if (last != null && range.offset() < last.end()) {
          throw new InvalidInputException(
              "%s: tensor '%s' at bytes %d to %d overlaps tensor '%s' at bytes %d to %d"
                  .formatted(
                      file.path(),
                      ForeignText.printable(range.tensor().name()),
                      range.offset(),
                      range.end(),
                      ForeignText.printable(last.tensor().name()),
                      last.offset(),
                      last.end()));
        }
        distinct.add(range);
      }
      artifacts.add(
          new Artifact(file.path(), ArtifactLayout.of(entry.getKey(), file.length(), distinct)));
    }
    return artifacts;
  }
}
