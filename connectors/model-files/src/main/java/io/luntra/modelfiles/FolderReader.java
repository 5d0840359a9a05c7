package io.luntra.modelfiles;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.pytorch.PytorchReader;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ArtifactPath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;

/**
 * Reads a release's folder: model files by their formats, and all others (tokenizer, configuration,
 * model card, what is not known) as they are. Files and folders whose names begin with a dot are
 * left out, as version control and download caches keep theirs there.
 */
final class FolderReader {
  /** How the names of files end that may be a PyTorch model, or anything. */
  private static final String ANYTHING = ".bin";

  private final Path folder;
  private final ReaderOptions options;
  private final ReferredFiles files;
  private final Map<String, Path> found = new TreeMap<>();

  FolderReader(Path folder, ReaderOptions options) throws IOException {
    this.folder = folder.makeQualified(folder.getFileSystem());
    this.options = options;
    this.files = new ReferredFiles(this.folder, options);
  }

  /**
   * Lays out the files, in the order of their paths.
   *
   * @throws InvalidInputException when there are none or too many, a link leads out of the folder
   *     and the allowed roots, or a model file is malformed
   */
  ModelInput read() throws IOException {
    find("", folder, 0);
    if (found.isEmpty()) {
      throw new InvalidInputException("%s: a folder without files".formatted(folder));
    }
    Map<String, Artifact> artifacts = new HashMap<>();
    Map<String, Artifact> referred = new HashMap<>();
    for (String path : found.keySet()) {
      if (ModelFiles.format(path).isPresent() && !path.endsWith(ANYTHING)) {
        take(path, artifacts, referred);
      }
    }
    for (String path : found.keySet()) {
      if (path.endsWith(ANYTHING) && !referred.containsKey(path) && isPytorch(path)) {
        take(path, artifacts, referred);
      }
    }
    List<Artifact> all = new ArrayList<>();
    for (Map.Entry<String, Path> file : found.entrySet()) {
      String path = file.getKey();
      Artifact artifact = referred.remove(path);
      if (artifact == null) {
        artifact = artifacts.get(path);
      }
      all.add(artifact == null ? asItIs(path, file.getValue()) : artifact);
    }
    if (!referred.isEmpty()) {
      throw new InvalidInputException(
          "%s: a model refers to %s, which is left out as its name begins with a dot"
              .formatted(folder, referred.keySet()));
    }
    return new ModelInput(all);
  }

  private void find(String prefix, Path inside, int depth) throws IOException {
    if (depth > options.limits().nesting()) {
      throw new InvalidInputException(
          "%s: folders nested more than %d deep".formatted(inside, options.limits().nesting()));
    }
    for (FileStatus entry : entries(inside)) {
      String name = entry.getPath().getName();
      if (name.startsWith(".")) {
        continue;
      }
      String path = prefix + name;
      if (entry.isDir()) {
        find(path + "/", new Path(inside, name), depth + 1);
        continue;
      }
      if (found.size() == options.limits().files()) {
        throw new InvalidInputException(
            "%s: more than %d files".formatted(folder, options.limits().files()));
      }
      found.put(ArtifactPath.check(path), file(path));
    }
  }

  private static FileStatus[] entries(Path inside) throws IOException {
    try {
      FileStatus[] entries = inside.getFileSystem().listStatus(inside);
      return entries == null ? new FileStatus[0] : entries;
    } catch (FileNotFoundException e) {
      throw new InvalidInputException(
          "%s: what is in it can't be listed; does a link lead back to where it is?"
              .formatted(inside),
          e);
    }
  }

  private Path file(String path) throws IOException {
    try {
      return files.find(path);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private boolean isPytorch(String path) throws IOException {
    Path file = found.get(path);
    try (FSDataInputStream in = file.getFileSystem().open(file)) {
      return PytorchReader.isOne(in.readNBytes(PytorchReader.HEAD_BYTES));
    }
  }

  /** Lays out a model file by its place in the folder, and what it refers to. */
  private void take(String path, Map<String, Artifact> artifacts, Map<String, Artifact> referred)
      throws IOException {
    String prefix = path.substring(0, path.lastIndexOf('/') + 1);
    Map<String, Artifact> into = artifacts;
    for (Artifact artifact :
        ModelFiles.format(path).orElseThrow().read(new Path(folder, path), options).artifacts()) {
      ArtifactLayout layout = artifact.layout();
      String placed = prefix + layout.path();
      into.put(
          placed,
          new Artifact(
              artifact.file(),
              new ArtifactLayout(placed, layout.length(), layout.sections()),
              artifact.roles()));
      into = referred;
    }
  }

  private static Artifact asItIs(String path, Path file) throws IOException {
    return new Artifact(file, ArtifactLayout.of(path, ModelFiles.length(file), List.of()));
  }
}
