package io.luntra.modelfiles;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ArtifactPath;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.Path;

/** Finds files in a model's folder by the names that it gives them, and no others. */
public final class ReferredFiles {
  private final Path folder;
  private final ReaderOptions options;
  private final boolean local;

  /**
   * Those of a folder.
   *
   * @param folder qualified
   */
  public ReferredFiles(Path folder, ReaderOptions options) throws IOException {
    // As files in it will be read: without any ".." of its own.
    this.folder = new Path(folder, "file").getParent();
    this.options = options;
    this.local = !folder.getFileSystem().isDistributedFS();
  }

  /**
   * A file that the model names.
   *
   * @param location relative to the folder, as {@link ArtifactPath} allows it
   * @throws InvalidInputException when it leads outside the folder and the allowed roots, also by
   *     symbolic links, or is no file
   */
  public Path find(String location) throws IOException {
    ArtifactPath.check(location);
    Path path = inFolder(location);
    return local ? insideAllowedRoot(path) : path;
  }

  /** The path in the model's folder, refused where it would be read as another than it says. */
  private Path inFolder(String location) {
    String root = folder.getPath();
    String expected = (root.endsWith("/") ? root : root + "/") + location;
    String found;
    try {
      Path path = new Path(folder, location);
      if (path.getPath().equals(expected)) {
        return path;
      }
      found = path.getPath();
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("path \"%s\"".formatted(ForeignText.printable(location)), e);
    }
    throw new InvalidInputException(
        "path \"%s\" would be read as %s"
            .formatted(ForeignText.printable(location), ForeignText.printable(found)));
  }

  private Path insideAllowedRoot(Path path) throws IOException {
    java.nio.file.Path target = realPath(path.getPath(), "file");
    List<String> roots = new ArrayList<>();
    roots.add(folder.getPath());
    roots.addAll(options.allowedRoots());
    for (String root : roots) {
      if (target.startsWith(realPath(root, "allowed root"))) {
        if (!Files.isRegularFile(target)) {
          throw new InvalidInputException("%s is not a file".formatted(path));
        }
        return Path.fromLocalFile(target.toFile());
      }
    }
    throw new InvalidInputException(
        "file %s leads to %s, outside the model's folder and the allowed roots %s"
            .formatted(path.getPath(), target, options.allowedRoots()));
  }

  private static java.nio.file.Path realPath(String path, String what) throws IOException {
    try {
      return java.nio.file.Path.of(path).toRealPath();
    } catch (NoSuchFileException e) {
      throw new InvalidInputException("%s %s does not exist".formatted(what, path), e);
    } catch (FileSystemException | InvalidPathException e) {
      throw new InvalidInputException("%s %s cannot be followed".formatted(what, path), e);
    }
  }
}
