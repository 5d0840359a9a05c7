package io.luntra.modelfiles;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.onnx.OnnxReader;
import io.luntra.modelfiles.safetensors.SafetensorsIndexReader;
import io.luntra.modelfiles.safetensors.SafetensorsReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Reads how model files are laid out, by the format that their names end in. */
public final class ModelFiles {
  private static final Map<String, Format> FORMATS =
      Map.of(
          ".onnx",
          OnnxReader::read,
          ".safetensors",
          SafetensorsReader::read,
          SafetensorsIndexReader.SUFFIX,
          SafetensorsIndexReader::read);

  private ModelFiles() {}

  private interface Format {
    ModelInput read(Path file, ReaderOptions options) throws IOException;
  }

  /**
   * Lays out a model and the files that it refers to.
   *
   * @param file an .onnx, .safetensors or .safetensors.index.json file on any file system that
   *     Flink knows
   * @throws InvalidInputException when the file is missing, of an unknown format, or malformed
   */
  public static ModelInput layout(Path file, ReaderOptions options) throws IOException {
    String name = file.getName().toLowerCase(Locale.ROOT);
    Format format =
        FORMATS.entrySet().stream()
            .filter(entry -> name.endsWith(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "%s: not a model format that is read; expected a name ending in .onnx,"
                                .formatted(file)
                            + " .safetensors or .safetensors.index.json"));
    return format.read(file, options);
  }

  /**
   * Lays out the files of a release: each model as {@link #layout(Path, ReaderOptions)} does, in
   * the order given. A file that a model before it refers to is not taken twice.
   *
   * @param files model files, at least one
   */
  public static ModelInput layout(List<Path> files, ReaderOptions options) throws IOException {
    List<ModelInput.Artifact> artifacts = new ArrayList<>();
    Set<Path> taken = new HashSet<>();
    if (files.isEmpty()) {
      throw new InvalidInputException("A release of no files; expected at least one model file");
    }
    for (Path file : files) {
      if (taken.contains(file.makeQualified(file.getFileSystem()))) {
        continue;
      }
      for (ModelInput.Artifact artifact : layout(file, options).artifacts()) {
        taken.add(artifact.file());
        artifacts.add(artifact);
      }
    }
    return new ModelInput(artifacts);
  }

  /**
   * Size in bytes of a file.
   *
   * @throws InvalidInputException when there is none, or it is a folder
   */
  public static long length(Path file) throws IOException {
    FileSystem fileSystem = file.getFileSystem();
    FileStatus status;
    try {
      status = fileSystem.getFileStatus(file);
    } catch (FileNotFoundException e) {
      throw new InvalidInputException("%s: no such file".formatted(file), e);
    }
    if (status.isDir()) {
      throw new InvalidInputException("%s: a folder; expected a file".formatted(file));
    }
    return status.getLen();
  }
}
