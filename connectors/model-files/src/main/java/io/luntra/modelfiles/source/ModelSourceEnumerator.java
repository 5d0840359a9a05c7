package io.luntra.modelfiles.source;

import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.modelfiles.source.ShardSplit.PlannedFile;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Shard;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsBatchSnapshot;
import org.apache.flink.core.fs.Path;
import org.apache.flink.util.FlinkRuntimeException;

/** Plans one release after the other off the coordinator's thread, and hands out its shards. */
final class ModelSourceEnumerator
    implements SplitEnumerator<ShardSplit, ModelSourceCheckpoint>, SupportsBatchSnapshot {
  private final SplitEnumeratorContext<ShardSplit> context;
  private final ReaderOptions options;
  private final Deque<ModelSourceRelease> unplanned;
  private final Deque<ShardSplit> pending;
  private final Set<Integer> waiting = new LinkedHashSet<>();

  ModelSourceEnumerator(
      SplitEnumeratorContext<ShardSplit> context,
      ReaderOptions options,
      ModelSourceCheckpoint checkpoint) {
    this.context = context;
    this.options = options;
    this.unplanned = new ArrayDeque<>(checkpoint.unplanned());
    this.pending = new ArrayDeque<>(checkpoint.pending());
  }

  @Override
  public void start() {
    planNext();
  }

  private void planNext() {
    ModelSourceRelease release = unplanned.peek();
    if (release != null) {
      context.callAsync(() -> plan(release, options), this::planned);
    }
  }

  private void planned(List<ShardSplit> splits, Throwable failure) {
    ModelSourceRelease release = unplanned.remove();
    if (failure != null) {
      throw new FlinkRuntimeException(
          "Release %d cannot be read".formatted(release.release()), failure);
    }
    pending.addAll(splits);
    serveWaiting();
    planNext();
  }

  static List<ShardSplit> plan(ModelSourceRelease release, ReaderOptions options)
      throws IOException {
    List<Path> files = release.files().stream().map(Path::new).toList();
    ModelInput input = ModelFiles.layout(files, options);
    List<ShardSplit> splits = new ArrayList<>();
    for (Shard shard : ShardPlanner.plan(input.layouts())) {
      List<PlannedFile> planned =
          shard.chunks().stream()
              .map(ChunkSlice::artifact)
              .distinct()
              .map(artifact -> plannedFile(input, artifact))
              .toList();
      splits.add(new ShardSplit(release.release(), shard, planned, 0));
    }
    return splits;
  }

  private static PlannedFile plannedFile(ModelInput input, int index) {
    ModelInput.Artifact artifact = input.artifacts().get(index);
    return new PlannedFile(index, artifact.file().toString(), artifact.layout().length());
  }

  @Override
  public void handleSplitRequest(int subtask, String requesterHostname) {
    waiting.add(subtask);
    serveWaiting();
  }

  private void serveWaiting() {
    Iterator<Integer> readers = waiting.iterator();
    while (readers.hasNext()) {
      int subtask = readers.next();
      if (!context.registeredReaders().containsKey(subtask)) {
        readers.remove();
      } else if (!pending.isEmpty()) {
        context.assignSplit(pending.remove(), subtask);
        readers.remove();
      } else if (unplanned.isEmpty()) {
        context.signalNoMoreSplits(subtask);
        readers.remove();
      } else {
        return;
      }
    }
  }

  @Override
  public void addSplitsBack(List<ShardSplit> splits, int subtask) {
    for (int i = splits.size() - 1; i >= 0; i--) {
      pending.addFirst(splits.get(i));
    }
    serveWaiting();
  }

  @Override
  public void addReader(int subtask) {}

  @Override
  public ModelSourceCheckpoint snapshotState(long checkpoint) {
    return new ModelSourceCheckpoint(List.copyOf(unplanned), List.copyOf(pending));
  }

  @Override
  public void close() {}
}
