package io.luntra.jobs.parent;

import io.luntra.blob.BlobUnpacker;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.fetch.FetchJob;
import io.luntra.jobs.fetch.FetchRequest;
import io.luntra.jobs.fetch.RebuiltRelease;
import io.luntra.jobs.shard.ParentBytes;
import io.luntra.jobs.shard.ShardDecoder;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ShardEntry;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.util.FileUtils;

/**
 * Parents, rebuilt in a folder of the staging store, {@code parents/ID/}, from blobs that are still
 * staged, otherwise from the chain. What is there and is what was published is used again.
 */
public final class StagedParents {
  private final String stagingRoot;
  private final ChainReleases chain;
  private final FetchJob job;

  /**
   * @param stagingRoot of the staging store
   */
  public StagedParents(String stagingRoot, ChainReleases chain, FetchJob job) {
    this.stagingRoot = stagingRoot;
    this.chain = chain;
    this.job = job;
  }

  /**
   * Finds a parent; its files are rebuilt when they are asked for.
   *
   * @param publisher whose release, where several have published one of this name
   * @throws InvalidInputException when there is no sealed release of this name
   * @throws VerificationException when its record does not add up
   */
  public ParentRelease find(ReleaseName name, Optional<String> publisher) {
    ChainRelease release;
    try {
      release = chain.read(name, publisher);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "Parent %s: a parent must be published and sealed before its delta: %s"
              .formatted(name, e.getMessage()),
          e);
    }
    return new ParentRelease(
        release.published().releaseId(),
        release.published().merkleRoot(),
        release.manifest(),
        () -> rebuild(release));
  }

  private List<String> rebuild(ChainRelease release) throws IOException, InterruptedException {
    Path folder = folder(release);
    Optional<RebuiltRelease> there = RebuiltRelease.in(folder, release);
    if (there.isEmpty()) {
      FileUtils.deleteFileOrDirectory(folder.toFile());
      if (decodeStaged(release, folder)) {
        there = RebuiltRelease.in(folder, release);
      }
    }
    if (there.isEmpty()) {
      FileUtils.deleteFileOrDirectory(folder.toFile());
      job.run(List.of(FetchRequest.of(chain, release, folder, Optional.empty())));
    }
    return new RebuiltRelease(release, folder).paths();
  }

  /** Rebuilds a release that stands alone from its blobs in the staging store, if all are there. */
  private boolean decodeStaged(ChainRelease release, Path folder) throws IOException {
    StagingStore store = StagingStore.open(stagingRoot);
    boolean complete =
        release.shards().stream()
            .flatMap(shard -> shard.commitments().stream())
            .allMatch(commitment -> store.contains(commitment.versionedHash()));
    if (!complete || release.root().parent().isPresent()) {
      return false;
    }
    List<OutputStream> files = new ArrayList<>();
    try (ShardDecoder decoder = new ShardDecoder()) {
      for (ArtifactManifest artifact : release.artifacts()) {
        Path file = folder.resolve(artifact.file().path()).normalize();
        if (!file.startsWith(folder)) {
          return false;
        }
        Files.createDirectories(file.getParent());
        files.add(Files.newOutputStream(file));
      }
      for (ShardEntry shard : release.shards()) {
        List<byte[]> blobs =
            shard.commitments().stream()
                .map(commitment -> store.blob(commitment.versionedHash()).blob())
                .toList();
        decoder.decode(
            BlobUnpacker.unpack(blobs, shard.payloadBytes()),
            shard.chunks(),
            ParentBytes.of(null),
            (chunk, values) -> files.get(chunk.artifact()).write(values));
      }
    } finally {
      for (OutputStream file : files) {
        file.close();
      }
    }
    return true;
  }

  private Path folder(ChainRelease release) throws IOException {
    org.apache.flink.core.fs.Path root = new org.apache.flink.core.fs.Path(stagingRoot);
    FileSystem files = root.getFileSystem();
    if (files.isDistributedFS()) {
      throw new InvalidInputException(
          "Staging store %s: a parent is rebuilt in it, so with --parent it must be a folder"
              .formatted(stagingRoot));
    }
    return Path.of(root.getPath())
        .toAbsolutePath()
        .resolve("parents")
        .resolve(release.published().releaseId().toHex().substring(2));
  }
}
