package io.luntra.jobs.fetch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A release that is to be fetched, with the parents that it is rebuilt from.
 *
 * @param releases what is to be fetched, each the parent of the next; the wanted one last
 * @param base the parent of the first of them, where that is rebuilt already
 * @param folder where the files of the wanted release go
 */
public record FetchRequest(
    List<ChainRelease> releases, Optional<RebuiltRelease> base, Path folder) {
  public FetchRequest {
    releases = List.copyOf(releases);
    Objects.requireNonNull(base, "base");
    Objects.requireNonNull(folder, "folder");
    if (releases.isEmpty()) {
      throw new IllegalArgumentException("No release to fetch");
    }
  }

  /**
   * Finds the parents of a release on the chain, up to one that is rebuilt or has none.
   *
   * @param rebuilt folder that may hold the files of one of them
   */
  public static FetchRequest of(
      ChainReleases chain, ChainRelease wanted, Path folder, Optional<Path> rebuilt)
      throws IOException {
    Deque<ChainRelease> releases = new ArrayDeque<>();
    Optional<RebuiltRelease> base = Optional.empty();
    Optional<ChainRelease> next = Optional.of(wanted);
    while (next.isPresent() && base.isEmpty()) {
      releases.addFirst(next.get());
      next = chain.parent(next.get());
      if (next.isPresent() && rebuilt.isPresent()) {
        base = RebuiltRelease.in(rebuilt.get(), next.get());
      }
    }
    return new FetchRequest(List.copyOf(releases), base, folder);
  }

  /** The release that is asked for. */
  public ChainRelease wanted() {
    return releases.get(releases.size() - 1);
  }
}
