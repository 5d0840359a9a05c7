package io.luntra.jobs.plan;

import io.luntra.blob.Bytes32;
import io.luntra.codec.ChunkHeader;
import io.luntra.ethereum.staging.AtomicFile;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Plans in the staging store (STAGING.md), addressed by content: calibration may give other numbers
 * on another machine, so its result is kept before anything uses it, and whoever needs it finds it
 * here. Safe for use by several threads and processes.
 */
public final class PlanStore implements ChunkStore {
  private static final int MAX_PLAN_BYTES = 1 << 30;
  private static final int MAX_CHUNK_BYTES = ChunkHeader.MAX_BYTES + ChunkHeader.MAX_RAW_LENGTH;
  private static final int KEY_BYTES = 64;

  private final Path root;

  /**
   * @param stagingRoot of the staging store, a path or URI that a Flink file system serves
   */
  public PlanStore(String stagingRoot) {
    this.root = new Path(stagingRoot, "plans");
  }

  @Override
  public Bytes32 put(byte[] encoded) {
    Bytes32 hash = sha256(encoded);
    writeOnce(chunkPath(hash), encoded);
    return hash;
  }

  /** Keeps a plan, whose chunks are here; gives its SHA-256. */
  public Bytes32 put(ReleasePlan plan) {
    byte[] json = PlanJson.write(plan);
    Bytes32 hash = sha256(json);
    writeOnce(planPath(hash), json);
    return hash;
  }

  /**
   * Keeps a plan as the one for an input; the first one for it stays.
   *
   * @param key SHA-256 of all that decided the plan
   * @return the SHA-256 of the plan that is kept for this input
   */
  public Bytes32 put(Bytes32 key, ReleasePlan plan) {
    byte[] hash = hex(put(plan)).getBytes(StandardCharsets.US_ASCII);
    writeOnce(inputPath(key), hash);
    return find(key)
        .orElseThrow(() -> new LuntraException("Plan for " + hex(key) + " was not kept"));
  }

  /** The SHA-256 of the plan for an input, if one was made. */
  public Optional<Bytes32> find(Bytes32 key) {
    Path path = inputPath(key);
    if (!exists(path)) {
      return Optional.empty();
    }
    String hash = new String(read(path, KEY_BYTES), StandardCharsets.US_ASCII);
    try {
      return Optional.of(Bytes32.fromHex(hash));
    } catch (IllegalArgumentException e) {
      throw damaged(path, e);
    }
  }

  /**
   * Reads a plan.
   *
   * @throws LuntraException when it is missing or damaged
   */
  public ReleasePlan plan(Bytes32 hash) {
    Path path = planPath(hash);
    return PlanJson.read(verified(path, MAX_PLAN_BYTES, hash), path.toString());
  }

  /**
   * Reads an encoded chunk.
   *
   * @throws LuntraException when it is missing or damaged
   */
  public byte[] chunk(Bytes32 hash) {
    return verified(chunkPath(hash), MAX_CHUNK_BYTES, hash);
  }

  private static byte[] verified(Path path, int maximum, Bytes32 expected) {
    byte[] content = read(path, maximum);
    if (!sha256(content).equals(expected)) {
      throw damaged(path, null);
    }
    return content;
  }

  private static LuntraException damaged(Path path, Exception cause) {
    return new LuntraException(
        path + " is damaged: delete it and prepare the release again", cause);
  }

  private Path chunkPath(Bytes32 hash) {
    return new Path(root, "chunks/" + hex(hash).substring(0, 2) + "/" + hex(hash));
  }

  private Path planPath(Bytes32 hash) {
    return new Path(root, hex(hash) + "/plan.json");
  }

  private Path inputPath(Bytes32 key) {
    return new Path(root, "by-input/" + hex(key));
  }

  private static void writeOnce(Path path, byte[] content) {
    if (exists(path)) {
      return;
    }
    try {
      AtomicFile.write(path, content);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + path, e);
    }
  }

  private static boolean exists(Path path) {
    try {
      FileSystem files = path.getFileSystem();
      return files.exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("Looking for " + path, e);
    }
  }

  private static byte[] read(Path path, int maximum) {
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      byte[] content = in.readNBytes(maximum + 1);
      if (content.length > maximum) {
        throw new LuntraException("%s is longer than %d bytes".formatted(path, maximum));
      }
      return content;
    } catch (IOException e) {
      throw new LuntraException(path + " can't be read", e);
    }
  }

  private static String hex(Bytes32 hash) {
    return hash.toHex().substring(2);
  }

  private static Bytes32 sha256(byte[] bytes) {
    try {
      return new Bytes32(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
