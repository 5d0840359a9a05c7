package io.luntra.jobs.diff;

import io.luntra.failure.VerificationException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.fetch.FetchJob;
import io.luntra.jobs.fetch.FetchRequest;
import io.luntra.jobs.verify.ReleaseVerifier;
import io.luntra.jobs.verify.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.util.FileUtils;

/** Files of two releases, verified. */
public final class ComparedFiles implements Closeable {
  private final Path before;
  private final Path after;
  private final Optional<Path> temporary;

  private ComparedFiles(Path before, Path after, Optional<Path> temporary) {
    this.before = before;
    this.after = after;
    this.temporary = temporary;
  }

  /** Hears how many tensors of how many are compared. */
  @FunctionalInterface
  public interface Listener {
    void progressed(long done, long total);
  }

  /**
   * Files that a user has.
   *
   * @param beforePath a folder, or the file of a release's only artifact
   * @param afterPath likewise
   * @throws VerificationException when they are not what was published
   */
  public static ComparedFiles given(
      ChainRelease before, Path beforePath, ChainRelease after, Path afterPath) throws IOException {
    verify(before, beforePath);
    verify(after, afterPath);
    return new ComparedFiles(beforePath, afterPath, Optional.empty());
  }

  /** Fetches both releases, the second from the first where it is a delta against it. */
  public static ComparedFiles fetched(
      ChainReleases releases,
      URI beacon,
      int parallelism,
      FetchJob.Listener listener,
      ChainRelease before,
      ChainRelease after)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("luntra-diff");
    ComparedFiles files =
        new ComparedFiles(folder.resolve("a"), folder.resolve("b"), Optional.of(folder));
    try {
      FetchJob job = new FetchJob(beacon, parallelism, listener);
      job.run(List.of(FetchRequest.of(releases, before, files.before, Optional.empty())));
      job.run(List.of(FetchRequest.of(releases, after, files.after, Optional.of(files.before))));
      return files;
    } catch (IOException | InterruptedException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static void verify(ChainRelease release, Path path) throws IOException {
    Verdict verdict = ReleaseVerifier.verify(release, path);
    if (!verdict.ok()) {
      throw new VerificationException(
          "%s is not %s:\n  %s"
              .formatted(path, release.root().name(), String.join("\n  ", verdict.differences())));
    }
  }

  /** By how much each changed tensor changed, as far as that can be said. */
  public Map<TensorDifference, TensorChange> changes(ReleaseDiff diff, Listener listener)
      throws IOException {
    List<TensorDifference> changed =
        diff.tensors().stream().filter(tensor -> tensor.kind() == Kind.CHANGED).toList();
    Map<TensorDifference, TensorChange> changes = new LinkedHashMap<>();
    int done = 0;
    for (TensorDifference tensor : changed) {
      TensorComparison.compare(tensor, file(before, tensor), file(after, tensor))
          .ifPresent(change -> changes.put(tensor, change));
      listener.progressed(++done, changed.size());
    }
    return changes;
  }

  private static Path file(Path path, TensorDifference tensor) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve(tensor.path()) : path;
    if (!Files.isRegularFile(file)) {
      throw new VerificationException(file + " is not there any more");
    }
    return file;
  }

  /** Deletes what was fetched. */
  @Override
  public void close() throws IOException {
    if (temporary.isPresent()) {
      FileUtils.deleteDirectory(temporary.get().toFile());
    }
  }
}
