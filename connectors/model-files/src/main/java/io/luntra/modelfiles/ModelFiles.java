package io.luntra.modelfiles;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.gguf.GgufReader;
import io.luntra.modelfiles.onnx.OnnxReader;
import io.luntra.modelfiles.pytorch.PytorchReader;
import io.luntra.modelfiles.safetensors.SafetensorsReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Reads how model files are laid out, by the format that their names end in. */
public final class ModelFiles {
  private static final Map<String, Format> FORMATS =
      Map.ofEntries(
          Map.entry(".onnx", OnnxReader::read),
          Map.entry(".safetensors", SafetensorsReader::read),
          Map.entry(".safetensors" + ShardIndexReader.SUFFIX, ShardIndexReader::read),
          Map.entry(".gguf", GgufReader::read),
          Map.entry(".pt", PytorchReader::read),
          Map.entry(".pth", PytorchReader::read),
          Map.entry(".bin", PytorchReader::read),
          Map.entry(".bin" + ShardIndexReader.SUFFIX, ShardIndexReader::read));

  private ModelFiles() {}

  /** A format of model files. */
  interface Format {
    /** Lays out a file, and those that it refers to. */
    ModelInput read(Path file, ReaderOptions options) throws IOException;
  }

  /** The format that a file's name ends in. */
  static Optional<Format> format(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return FORMATS.entrySet().stream()
        .filter(entry -> lower.endsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /**
   * Lays out a model and the files that it refers to, or all files of a folder.
   *
   * @param path a folder, or a file whose name ends in .onnx, .safetensors, .pt, .pth, .bin, .gguf,
   *     .safetensors.index.json or .bin.index.json, on any file system that Flink knows
   * @throws InvalidInputException when the file is missing, of an unknown format, or malformed
   */
  public static ModelInput layout(Path path, ReaderOptions options) throws IOException {
    if (status(path).isDir()) {
      return new FolderReader(path, options).read();
    }
    return format(path.getName())
        .orElseThrow(
            () ->
                new InvalidInputException(
                    ("%s: not a model format that is read; expected a folder, or a name ending in"
                            + " .onnx, .safetensors, .pt, .pth, .bin, .gguf, or .index.json after"
                            + " .safetensors or .bin")
                        .formatted(path)))
        .read(path, options);
  }

  /**
   * Lays out the files of a release: each model as {@link #layout(Path, ReaderOptions)} does, in
   * the order given. A file that a model before it refers to is not taken twice.
   *
   * @param paths model files or folders, at least one
   */
  public static ModelInput layout(List<Path> paths, ReaderOptions options) throws IOException {
    List<ModelInput.Artifact> artifacts = new ArrayList<>();
    Set<Path> taken = new HashSet<>();
    if (paths.isEmpty()) {
      throw new InvalidInputException("A release of no files; expected at least one model file");
    }
    for (Path path : paths) {
      if (taken.contains(path.makeQualified(path.getFileSystem()))) {
        continue;
      }
      for (ModelInput.Artifact artifact : layout(path, options).artifacts()) {
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
    FileStatus status = status(file);
    if (status.isDir()) {
      throw new InvalidInputException("%s: a folder; expected a file".formatted(file));
    }
    return status.getLen();
  }

  private static FileStatus status(Path path) throws IOException {
    FileSystem fileSystem = path.getFileSystem();
    try {
      return fileSystem.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new InvalidInputException("%s: no such file".formatted(path), e);
    }
  }
}
