package io.luntra.ethereum.staging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ParentReference;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/**
 * Staged blobs and releases on any Flink file system, addressed by content: a blob by its versioned
 * hash, a release by its key. A file is complete as soon as it is there: it is written under a
 * temporary name and renamed, or, on object stores, appears when it is closed. Writing what is
 * there already changes nothing, so tasks may be run again. The format is in STAGING.md.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class StagingStore {
  static final int FORMAT_VERSION = 3;

  private static final int BLOB_FILE_BYTES =
      StagedBlob.BLOB_BYTES + KzgCommitment.BYTES + StagedBlob.CELL_PROOFS_BYTES + 32;
  private static final int HASH_BYTES = 32;

  /** Release bounds: 2^20 blobs are 128 GiB on the wire. */
  private static final int MAX_RELEASE_BLOBS = 1 << 20;

  private static final int MAX_RELEASE_FILE_BYTES = 64 * 1024;
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final FileSystem files;

  private StagingStore(Path root, FileSystem files) {
    this.root = root;
    this.files = files;
  }

  /**
   * Opens a store; its folder is made with the first write.
   *
   * @param root a path or URI that a Flink file system serves
   */
  public static StagingStore open(String root) {
    try {
      Path path = new Path(root);
      return new StagingStore(path, path.getFileSystem());
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidInputException("Staging store \"" + root + "\" can't be opened", e);
    }
  }

  /** Whether a blob is staged with its proofs. */
  public boolean contains(VersionedHash hash) {
    try {
      return files.exists(blobPath(hash));
    } catch (IOException e) {
      throw new UncheckedIOException("Looking for staged blob " + hash, e);
    }
  }

  /** Stages a blob; nothing happens when it is staged already. */
  public void putBlob(StagedBlob staged) {
    VersionedHash hash = staged.commitment().versionedHash();
    if (contains(hash)) {
      return;
    }
    ByteBuffer file = ByteBuffer.allocate(BLOB_FILE_BYTES);
    file.put(staged.blob()).put(staged.commitment().bytes()).put(staged.cellProofs());
    byte[] content = file.array();
    file.put(sha256(content, content.length - 32));
    write(blobPath(hash), content);
  }

  /**
   * Reads a staged blob.
   *
   * @throws LuntraException when it is missing or its file is damaged
   */
  public StagedBlob blob(VersionedHash hash) {
    byte[] file = read(blobPath(hash), BLOB_FILE_BYTES);
    int proofs = StagedBlob.BLOB_BYTES + KzgCommitment.BYTES;
    int digest = proofs + StagedBlob.CELL_PROOFS_BYTES;
    KzgCommitment commitment =
        file.length == BLOB_FILE_BYTES
            ? new KzgCommitment(Arrays.copyOfRange(file, StagedBlob.BLOB_BYTES, proofs))
            : null;
    if (commitment == null
        || !commitment.versionedHash().equals(hash)
        || !MessageDigest.isEqual(
            sha256(file, digest), Arrays.copyOfRange(file, digest, BLOB_FILE_BYTES))) {
      throw new LuntraException(
          "Staged blob %s at %s is damaged: delete it and prepare the release again"
              .formatted(hash, blobPath(hash)));
    }
    return new StagedBlob(
        Arrays.copyOf(file, StagedBlob.BLOB_BYTES),
        commitment,
        Arrays.copyOfRange(file, proofs, digest));
  }

  /** Marks a release as ready: from now on it can be published. Its blobs must be staged. */
  public void putRelease(StagedRelease release) {
    List<VersionedHash> hashes = release.allHashes();
    ByteBuffer binary = ByteBuffer.allocate(hashes.size() * HASH_BYTES);
    hashes.forEach(hash -> binary.put(hash.bytes()));
    ObjectNode json = JSON.createObjectNode();
    json.put("formatVersion", FORMAT_VERSION)
        .put("key", release.key())
        .put("name", release.name().name())
        .put("version", release.name().version())
        .put("profile", release.profile())
        .put("inputBytes", release.inputBytes())
        .put("encodedBytes", release.encodedBytes())
        .put("matrixElements", release.matrixElements())
        .put("matrixEncodedBytes", release.matrixEncodedBytes())
        .put("dataBlobs", release.dataBlobs())
        .put("blobs", release.blobs().size())
        .put("rootManifestBlobs", release.rootManifest().size())
        .put("hashes", hex(sha256(binary.array(), binary.capacity())));
    release.delta().ifPresent(delta -> write(json.putObject("delta"), delta));
    release.mergedFrom().forEach(id -> json.withArray("mergedFrom").add(id.toHex()));
    Path folder = releasePath(release.key());
    write(new Path(folder, "hashes"), binary.array());
    write(new Path(folder, "release.json"), json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Finds a release that is ready.
   *
   * @throws LuntraException when its record is damaged or of a format this version does not know
   */
  public Optional<StagedRelease> release(String key) {
    Path folder = releasePath(key);
    Path record = new Path(folder, "release.json");
    try {
      if (!files.exists(record)) {
        return Optional.empty();
      }
      JsonNode json = JSON.readTree(read(record, MAX_RELEASE_FILE_BYTES));
      if (json.path("formatVersion").asInt() != FORMAT_VERSION) {
        throw new LuntraException(
            "Staged release %s has format version %s, this program knows %d"
                .formatted(record, json.path("formatVersion"), FORMAT_VERSION));
      }
      int blobs = json.path("blobs").asInt();
      int all = blobs + json.path("rootManifestBlobs").asInt();
      byte[] binary = read(new Path(folder, "hashes"), MAX_RELEASE_BLOBS * HASH_BYTES);
      if (binary.length != (long) all * HASH_BYTES
          || !hex(sha256(binary, binary.length)).equals(json.path("hashes").asText())
          || !key.equals(json.path("key").asText())) {
        throw new LuntraException(
            "Staged release %s is damaged: delete its folder and prepare it again"
                .formatted(record));
      }
      List<VersionedHash> hashes = new ArrayList<>(all);
      for (int i = 0; i < all; i++) {
        hashes.add(
            new VersionedHash(Arrays.copyOfRange(binary, i * HASH_BYTES, (i + 1) * HASH_BYTES)));
      }
      List<Bytes32> mergedFrom = new ArrayList<>();
      json.path("mergedFrom").forEach(id -> mergedFrom.add(Bytes32.fromHex(id.asText())));
      return Optional.of(
          new StagedRelease(
              key,
              new ReleaseName(json.path("name").asText(), json.path("version").asText()),
              json.path("profile").asText(),
              json.path("inputBytes").asLong(),
              json.path("encodedBytes").asLong(),
              json.path("matrixElements").asLong(),
              json.path("matrixEncodedBytes").asLong(),
              json.path("dataBlobs").asInt(),
              json.has("delta") ? Optional.of(delta(json.path("delta"))) : Optional.empty(),
              mergedFrom,
              hashes.subList(0, blobs),
              hashes.subList(blobs, all)));
    } catch (IOException | IllegalArgumentException e) {
      throw new LuntraException("Staged release " + record + " can't be read", e);
    }
  }

  /** Keys of all releases that are ready, in order. */
  public List<String> releases() {
    Path folder = new Path(root, "releases");
    try {
      if (!files.exists(folder)) {
        return List.of();
      }
      List<String> keys = new ArrayList<>();
      for (FileStatus status : files.listStatus(folder)) {
        String key = status.getPath().getName();
        if (KEY.matcher(key).matches()
            && files.exists(new Path(releasePath(key), "release.json"))) {
          keys.add(key);
        }
      }
      keys.sort(null);
      return List.copyOf(keys);
    } catch (IOException e) {
      throw new LuntraException("Staged releases in " + folder + " can't be listed", e);
    }
  }

  /**
   * Deletes releases, and the blobs that no other ready release has. Nothing may be prepared in
   * this store meanwhile. What is left after a failure goes when it is done again.
   *
   * @return how many blobs were deleted
   */
  public int remove(Set<String> keys) {
    Set<VersionedHash> kept = new HashSet<>();
    Set<VersionedHash> unwanted = new LinkedHashSet<>();
    for (String key : releases()) {
      List<VersionedHash> hashes = release(key).orElseThrow().allHashes();
      (keys.contains(key) ? unwanted : kept).addAll(hashes);
    }
    unwanted.removeAll(kept);
    int removed = 0;
    try {
      for (VersionedHash hash : unwanted) {
        removed += files.delete(blobPath(hash), false) ? 1 : 0;
      }
      for (String key : keys) {
        files.delete(releasePath(key), true);
      }
    } catch (IOException e) {
      throw new LuntraException("Staged releases " + keys + " can't be deleted", e);
    }
    return removed;
  }

  private static void write(ObjectNode json, StagedDelta delta) {
    json.put("name", delta.parent().name().name())
        .put("version", delta.parent().name().version())
        .put("releaseId", delta.parent().releaseId().toHex())
        .put("merkleRoot", delta.parent().merkleRoot().toHex())
        .put("depth", delta.parent().depth())
        .put("chunks", delta.chunks())
        .put("sameChunks", delta.sameChunks());
  }

  private static StagedDelta delta(JsonNode json) {
    return new StagedDelta(
        new ParentReference(
            new ReleaseName(json.path("name").asText(), json.path("version").asText()),
            Bytes32.fromHex(json.path("releaseId").asText()),
            Bytes32.fromHex(json.path("merkleRoot").asText()),
            json.path("depth").asInt()),
        json.path("chunks").asInt(),
        json.path("sameChunks").asInt());
  }

  private Path blobPath(VersionedHash hash) {
    String hex = hash.toHex().substring(2);
    return new Path(root, "blobs/" + hex.substring(2, 4) + "/" + hex);
  }

  private Path releasePath(String key) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("Not a release key: " + key);
    }
    return new Path(root, "releases/" + key);
  }

  private static void write(Path target, byte[] content) {
    try {
      AtomicFile.write(target, content);
    } catch (IOException e) {
      throw new UncheckedIOException("Writing " + target, e);
    }
  }

  private byte[] read(Path path, int maximum) {
    try (FSDataInputStream in = files.open(path)) {
      byte[] content = in.readNBytes(maximum + 1);
      if (content.length > maximum) {
        throw new LuntraException(
            "%s is longer than %d bytes, so it is not a staged file".formatted(path, maximum));
      }
      return content;
    } catch (IOException e) {
      throw new LuntraException("Staged file " + path + " can't be read", e);
    }
  }

  private static byte[] sha256(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes, 0, length);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
