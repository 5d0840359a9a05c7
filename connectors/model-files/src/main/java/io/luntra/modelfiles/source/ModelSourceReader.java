package io.luntra.modelfiles.source;

import java.util.Map;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;

/** Asks for one shard at a time, so that the chunks of a shard follow each other. */
@SuppressWarnings("try") // SourceReaderBase.close() throws Exception
final class ModelSourceReader
    extends SingleThreadMultiplexSourceReaderBase<
        TensorChunk, TensorChunk, ShardSplit, ModelSourceReader.Progress> {

  /** How far a split was emitted. */
  static final class Progress {
    private final ShardSplit split;
    private int next;

    private Progress(ShardSplit split) {
      this.split = split;
      this.next = split.next();
    }
  }

  ModelSourceReader(SourceReaderContext context) {
    super(
        ShardSplitReader::new,
        (chunk, output, progress) -> {
          output.collect(chunk);
          progress.next = chunk.index() + 1;
        },
        context.getConfiguration(),
        context);
  }

  @Override
  public void start() {
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected void onSplitFinished(Map<String, Progress> finished) {
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected Progress initializedState(ShardSplit split) {
    return new Progress(split);
  }

  @Override
  protected ShardSplit toSplitType(String splitId, Progress progress) {
    return progress.split.startingAt(progress.next);
  }
}
