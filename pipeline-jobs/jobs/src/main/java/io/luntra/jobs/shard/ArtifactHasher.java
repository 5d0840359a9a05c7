package io.luntra.jobs.shard;

import io.luntra.blob.Bytes32;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/** SHA-256 of an artifact and of ranges of it, in one pass over its bytes. */
public final class ArtifactHasher {
  private static final int READ_BYTES = 1 << 20;

  private final List<Range> ranges;
  private final List<Bytes32> rangeHashes = new ArrayList<>();
  private final MessageDigest artifact = sha256();
  private final MessageDigest current = sha256();
  private long position;

  /** Bytes [offset, offset + length) of the artifact. */
  public record Range(long offset, long length) {
    public Range {
      if (offset < 0 || length < 0) {
        throw new IllegalArgumentException("Range of %d bytes at %d".formatted(length, offset));
      }
    }
  }

  /**
   * A hasher of an artifact and of these ranges of it.
   *
   * @param ranges in ascending order, without overlap
   */
  public ArtifactHasher(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
    long end = 0;
    for (Range range : this.ranges) {
      if (range.offset() < end) {
        throw new IllegalArgumentException("Ranges overlap at byte " + range.offset());
      }
      end = range.offset() + range.length();
    }
    closeFinishedRanges();
  }

  /** Takes the next bytes of the artifact. */
  public void update(byte[] bytes, int offset, int length) {
    artifact.update(bytes, offset, length);
    int from = offset;
    int left = length;
    while (left > 0 && rangeHashes.size() < ranges.size()) {
      Range range = ranges.get(rangeHashes.size());
      long before = range.offset() - position;
      if (before > 0) {
        int skipped = (int) Math.min(before, left);
        from += skipped;
        left -= skipped;
        position += skipped;
        continue;
      }
      int taken = (int) Math.min(range.offset() + range.length() - position, left);
      current.update(bytes, from, taken);
      from += taken;
      left -= taken;
      position += taken;
      closeFinishedRanges();
    }
    position += left;
    closeFinishedRanges();
  }

  /** Takes all bytes of a file. */
  public void update(Path file) throws IOException {
    byte[] buffer = new byte[READ_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        update(buffer, 0, read);
      }
    }
  }

  /** Number of bytes taken so far. */
  public long position() {
    return position;
  }

  /** SHA-256 of each range that is complete, in order. */
  public List<Bytes32> rangeHashes() {
    return List.copyOf(rangeHashes);
  }

  /** SHA-256 of all bytes; call once, at the end. */
  public Bytes32 artifactHash() {
    return new Bytes32(artifact.digest());
  }

  private void closeFinishedRanges() {
    while (rangeHashes.size() < ranges.size()) {
      Range range = ranges.get(rangeHashes.size());
      if (position < range.offset() + range.length()) {
        return;
      }
      rangeHashes.add(new Bytes32(current.digest()));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
