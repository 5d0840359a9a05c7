package io.luntra.jobs.parent;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.fetch.FetchJob;
import io.luntra.jobs.fetch.FetchRequest;
import io.luntra.jobs.fetch.RebuiltRelease;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.util.FileUtils;

/**
 * Parents from the chain, rebuilt in a folder of the staging store: {@code parents/ID/}. What is
 * there and is what was published is used again.
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
      job.run(List.of(FetchRequest.of(chain, release, folder, Optional.empty())));
    }
    return new RebuiltRelease(release, folder).paths();
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
