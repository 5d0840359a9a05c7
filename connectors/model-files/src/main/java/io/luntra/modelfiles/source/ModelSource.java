package io.luntra.modelfiles.source;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Bounded source of the tensor chunks of a list of releases. A reader emits the chunks of a shard
 * in order and without another's between them; shards go to whichever reader is free. At most 2 MiB
 * are read at a time; no file is held in memory.
 *
 * <p>A release that cannot be read, or a file whose size changed since its shards were planned,
 * fails the job with an {@link InvalidInputException} as a cause.
 */
public final class ModelSource
    implements Source<TensorChunk, ShardSplit, ModelSourceCheckpoint>,
        ResultTypeQueryable<TensorChunk> {
  private static final long serialVersionUID = 1L;

  private final List<ModelSourceRelease> releases;
  private final ReaderOptions options;

  /**
   * @param releases read in this order; their numbers differ
   */
  public ModelSource(List<ModelSourceRelease> releases, ReaderOptions options) {
    this.releases = List.copyOf(releases);
    this.options = Objects.requireNonNull(options, "options");
    Set<Integer> numbers = new HashSet<>();
    for (ModelSourceRelease release : releases) {
      if (!numbers.add(release.release())) {
        throw new InvalidInputException("Two releases of number " + release.release());
      }
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SplitEnumerator<ShardSplit, ModelSourceCheckpoint> createEnumerator(
      SplitEnumeratorContext<ShardSplit> context) {
    return restoreEnumerator(context, new ModelSourceCheckpoint(releases, List.of()));
  }

  @Override
  public SplitEnumerator<ShardSplit, ModelSourceCheckpoint> restoreEnumerator(
      SplitEnumeratorContext<ShardSplit> context, ModelSourceCheckpoint checkpoint) {
    return new ModelSourceEnumerator(context, options, checkpoint);
  }

  @Override
  public SourceReader<TensorChunk, ShardSplit> createReader(SourceReaderContext context) {
    return new ModelSourceReader(context);
  }

  @Override
  public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
    return new ShardSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<ModelSourceCheckpoint> getEnumeratorCheckpointSerializer() {
    return new ModelSourceCheckpointSerializer();
  }

  @Override
  public TypeInformation<TensorChunk> getProducedType() {
    return TypeInformation.of(TensorChunk.class);
  }
}
