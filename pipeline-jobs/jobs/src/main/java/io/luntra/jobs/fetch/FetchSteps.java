package io.luntra.jobs.fetch;

import io.luntra.jobs.shard.ParentFiles;
import io.luntra.manifest.ShardEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.FileUtils;

/**
 * The releases of one request, fetched one after the other: first the oldest parent that is not
 * rebuilt yet, at last the wanted one. Parents are kept in its hidden folder while they are needed.
 */
final class FetchSteps {
  private final List<Step> steps = new ArrayList<>();
  private int done;
  private Optional<RebuiltRelease> base;

  private record Step(ChainRelease release, Path folder, Assembly assembly) {}

  FetchSteps(FetchRequest request) throws IOException {
    base = request.base();
    Assembly wanted = new Assembly(request.wanted(), request.folder());
    int last = request.releases().size() - 1;
    steps.add(new Step(request.wanted(), request.folder(), wanted));
    for (int i = last - 1; i >= 0; i--) {
      ChainRelease parent = request.releases().get(i);
      Path folder = wanted.parentFolder(i);
      Optional<RebuiltRelease> rebuilt = RebuiltRelease.in(folder, parent);
      if (rebuilt.isPresent()) {
        base = rebuilt;
        break;
      }
      steps.add(0, new Step(parent, folder, new Assembly(parent, folder)));
    }
  }

  boolean isDone() {
    return done == steps.size();
  }

  /** The release that is next. */
  ChainRelease release() {
    return steps.get(done).release();
  }

  Assembly assembly() {
    return steps.get(done).assembly();
  }

  /** What the next release is a delta against, if it is one. */
  Optional<ParentFiles> parent() {
    return base.map(parent -> parent.parentOf(release()));
  }

  /** Blobs that are still to be fetched, of all steps. */
  long missingBlobs() throws IOException {
    long blobs = 0;
    for (Step step : steps.subList(done, steps.size())) {
      for (ShardEntry shard : step.release().shards()) {
        blobs += step.assembly().hasShard(shard) ? 0 : shard.commitments().size();
      }
    }
    return blobs;
  }

  /** Writes the files of the next release, of which all shards are there. */
  FetchedRelease finish() throws IOException {
    Step step = steps.get(done);
    FetchedRelease fetched = step.assembly().finish();
    Path obsolete = done == 0 ? null : steps.get(done - 1).folder();
    if (obsolete != null && Files.exists(obsolete)) {
      FileUtils.deleteDirectory(obsolete.toFile());
    }
    base = Optional.of(new RebuiltRelease(step.release(), step.folder()));
    done++;
    return fetched;
  }
}
