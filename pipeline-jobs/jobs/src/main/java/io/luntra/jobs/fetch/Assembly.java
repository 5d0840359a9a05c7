package io.luntra.jobs.fetch;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ChunkReference;
import io.luntra.manifest.ModelRecord;
import io.luntra.manifest.ShardEntry;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the files of a release together from its decoded shards, and gives them their names once all
 * of them hash to what the manifest says.
 */
final class Assembly {
  private static final int COPY_BYTES = 1 << 20;
  private static final String WORK_PREFIX = ".luntra-";

  private final ChainRelease release;
  private final Path folder;
  private final Path work;

  Assembly(ChainRelease release, Path folder) throws IOException {
    this.release = release;
    this.folder = folder.toAbsolutePath().normalize();
    this.work =
        this.folder.resolve(WORK_PREFIX + release.published().releaseId().toHex().substring(2, 18));
    checkTargets();
    try {
      Files.createDirectories(work);
    } catch (FileSystemException e) {
      throw new InvalidInputException(
          "No files can be written to folder %s: %s".formatted(this.folder, e), e);
    }
  }

  /** A folder for the files of a parent, which is deleted when the release is finished. */
  Path parentFolder(int index) {
    return work.resolve("parent-" + index);
  }

  boolean hasShard(ShardEntry shard) throws IOException {
    Path file = shardFile(shard);
    return Files.isRegularFile(file) && Files.size(file) == decodedBytes(shard);
  }

  ShardPlan plan(int index, ShardEntry shard) {
    return new ShardPlan(
        index, shard.index(), shard.payloadBytes(), shard.chunks(), shardFile(shard).toString());
  }

  /**
   * Writes the files.
   *
   * @throws VerificationException when one of them is not what the manifest says; nothing fetched
   *     is kept then
   */
  FetchedRelease finish() throws IOException {
    List<String> differences = new ArrayList<>();
    List<FetchedRelease.FetchedFile> files = new ArrayList<>();
    try (InputStream decoded = new BufferedInputStream(new ShardFiles())) {
      for (int i = 0; i < release.artifacts().size(); i++) {
        ArtifactManifest artifact = release.artifacts().get(i);
        Bytes32 hash = write(artifact, decoded, partial(i), differences);
        files.add(
            new FetchedRelease.FetchedFile(
                target(artifact).toString(),
                artifact.file().bytes(),
                hash.toHex().substring(2),
                hash.equals(artifact.file().inputSha256())));
      }
    }
    if (!differences.isEmpty()) {
      deleteWork();
      throw new VerificationException(
          "%s, fetched from the chain, is not what its manifest says; nothing was written:\n  %s"
              .formatted(release.root().name(), String.join("\n  ", differences)));
    }
    for (int i = 0; i < release.artifacts().size(); i++) {
      Path target = target(release.artifacts().get(i));
      Files.createDirectories(target.getParent());
      move(partial(i), target);
    }
    deleteWork();
    return new FetchedRelease(
        release.root().name().toString(),
        release.published().releaseId().toHex(),
        release.published().publisher(),
        release.published().merkleRoot().toHex(),
        release.standing().status(),
        release.root().record().flatMap(ModelRecord::license).orElse(null),
        release
            .root()
            .record()
            .flatMap(record -> record.architecture().architecture())
            .orElse(null),
        release.blobs(),
        true,
        files);
  }

  private static Bytes32 write(
      ArtifactManifest artifact, InputStream decoded, Path file, List<String> differences)
      throws IOException {
    ArtifactHasher hasher = ArtifactHashes.hasher(artifact);
    byte[] buffer = new byte[COPY_BYTES];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = artifact.file().bytes(); left > 0; ) {
        int read = decoded.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new EOFException("Decoded shards end before artifact " + artifact.file().path());
        }
        hasher.update(buffer, 0, read);
        out.write(buffer, 0, read);
        left -= read;
      }
    }
    return ArtifactHashes.compare(artifact, hasher, differences);
  }

  /**
   * The manifest is a stranger's: its files stay in the folder, out of the one that is worked in,
   * and replace nothing but what is the same already.
   */
  private void checkTargets() throws IOException {
    for (ArtifactManifest artifact : release.artifacts()) {
      Path target = target(artifact);
      Path first = folder.relativize(target).getName(0);
      if (!target.startsWith(folder) || first.toString().startsWith(WORK_PREFIX)) {
        throw new VerificationException(
            "Artifact \"%s\" of %s can't be written to %s: its path is not one for a file"
                .formatted(artifact.file().path(), release.root().name(), folder));
      }
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)
          && !RebuiltRelease.isSame(artifact, target)) {
        throw new InvalidInputException(
            "%s is there already and is not that of %s: choose another folder, or move it away"
                .formatted(target, release.root().name()));
      }
    }
  }

  private Path target(ArtifactManifest artifact) {
    return folder.resolve(artifact.file().path()).normalize();
  }

  private Path partial(int artifact) {
    return work.resolve("artifact-" + artifact);
  }

  private Path shardFile(ShardEntry shard) {
    return work.resolve("shard-%06d".formatted(shard.index()));
  }

  private static long decodedBytes(ShardEntry shard) {
    return shard.chunks().stream().mapToLong(ChunkReference::length).sum();
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void deleteWork() throws IOException {
    try (Stream<Path> paths = Files.walk(work)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  /** The decoded shards as one stream; one file is open at a time. */
  private final class ShardFiles extends InputStream {
    private int next;
    private InputStream current = InputStream.nullInputStream();

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = current.read(target, offset, length);
      while (read < 0 && next < release.shards().size()) {
        current.close();
        current = Files.newInputStream(shardFile(release.shards().get(next++)));
        read = current.read(target, offset, length);
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      current.close();
    }
  }
}
