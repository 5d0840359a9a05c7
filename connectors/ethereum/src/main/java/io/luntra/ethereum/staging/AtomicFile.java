package io.luntra.ethereum.staging;

import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/** Writes files that are complete as soon as they are there, on any Flink file system. */
public final class AtomicFile {
  /** Where a file appears when it is closed, and renaming would be copying. */
  private static final Set<String> OBJECT_STORES =
      Set.of("s3", "s3a", "s3p", "gs", "oss", "abfs", "abfss", "wasb", "wasbs");

  private AtomicFile() {}

  /**
   * Writes a file, under a temporary name first where the file system has names to change. Folders
   * are made as needed; a file of that name is replaced.
   */
  public static void write(Path target, byte[] content) throws IOException {
    FileSystem files = target.getFileSystem();
    if (OBJECT_STORES.contains(String.valueOf(target.toUri().getScheme()))) {
      writeContent(files, target, content);
      return;
    }
    Path temporary = new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID());
    files.mkdirs(target.getParent());
    try {
      writeContent(files, temporary, content);
      if (!files.rename(temporary, target) && !files.exists(target)) {
        throw new IOException("Renaming " + temporary + " to " + target + " was refused");
      }
    } finally {
      files.delete(temporary, false);
    }
  }

  private static void writeContent(FileSystem files, Path path, byte[] content) throws IOException {
    try (FSDataOutputStream out = files.create(path, WriteMode.OVERWRITE)) {
      out.write(content);
      out.sync();
    }
  }
}
