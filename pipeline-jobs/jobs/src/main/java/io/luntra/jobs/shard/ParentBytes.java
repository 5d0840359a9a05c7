package io.luntra.jobs.shard;

import io.luntra.failure.VerificationException;
import io.luntra.release.ParentMatch;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * Reads the bytes of a parent release that stand for a child's chunks, by range. One file is open
 * at a time; not for several threads.
 */
public final class ParentBytes implements Closeable {
  private final ParentFiles files;
  private int open = -1;
  private FSDataInputStream stream;

  private ParentBytes(ParentFiles files) {
    this.files = files;
  }

  /**
   * Opens a parent's files as they are needed.
   *
   * @param files null where there is no parent
   */
  public static ParentBytes of(ParentFiles files) {
    return new ParentBytes(files);
  }

  /**
   * What stands for bytes [offset, offset + length) of a child's artifact.
   *
   * @return a new array, or null where the parent has nothing for them
   * @throws VerificationException when the parent's file ends before
   */
  public byte[] read(int artifact, long offset, int length) throws IOException {
    Optional<ParentMatch.Place> place =
        files == null ? Optional.empty() : files.match().find(artifact, offset, length);
    if (place.isEmpty()) {
      return null;
    }
    open(place.get().artifact());
    if (stream.getPos() != place.get().offset()) {
      stream.seek(place.get().offset());
    }
    byte[] bytes = stream.readNBytes(length);
    if (bytes.length != length) {
      throw new VerificationException(
          "%s, a file of the parent release: expected %d bytes at %d, found %d"
              .formatted(files.paths().get(open), length, place.get().offset(), bytes.length));
    }
    return bytes;
  }

  private void open(int artifact) throws IOException {
    if (artifact == open) {
      return;
    }
    close();
    Path path = new Path(files.paths().get(artifact));
    stream = path.getFileSystem().open(path);
    open = artifact;
  }

  @Override
  public void close() throws IOException {
    open = -1;
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
