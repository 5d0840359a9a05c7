package io.luntra.ethereum.source;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceEnumerator;
import org.apache.flink.api.connector.source.lib.util.IteratorSourceReader;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Bounded source of published blobs. A shard is read by one reader, its blobs in order; every blob
 * is checked by recommitment before it is emitted, so that the work is spread over all slots.
 */
public final class PublishedBlobSource
    implements Source<FetchedBlob, ShardSplit, Collection<ShardSplit>> {
  private static final long serialVersionUID = 1L;

  private final List<byte[]> splits;

  /**
   * A source of these shards' blobs.
   *
   * @param beaconUrl base address of a node that serves whole blobs
   */
  public PublishedBlobSource(String beaconUrl, List<ShardBlobs> shards) {
    this.splits = new ArrayList<>();
    for (ShardBlobs shard : shards) {
      splits.add(ShardSplitSerializer.INSTANCE.serialize(new ShardSplit(beaconUrl, shard, 0)));
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<FetchedBlob, ShardSplit> createReader(SourceReaderContext context) {
    return new IteratorSourceReader<>(context);
  }

  @Override
  public SplitEnumerator<ShardSplit, Collection<ShardSplit>> createEnumerator(
      SplitEnumeratorContext<ShardSplit> context) {
    List<ShardSplit> all = new ArrayList<>();
    for (byte[] split : splits) {
      all.add(
          ShardSplitSerializer.INSTANCE.deserialize(
              ShardSplitSerializer.INSTANCE.getVersion(), split));
    }
    return new IteratorSourceEnumerator<>(context, all);
  }

  @Override
  public SplitEnumerator<ShardSplit, Collection<ShardSplit>> restoreEnumerator(
      SplitEnumeratorContext<ShardSplit> context, Collection<ShardSplit> checkpoint) {
    return new IteratorSourceEnumerator<>(context, checkpoint);
  }

  @Override
  public SimpleVersionedSerializer<ShardSplit> getSplitSerializer() {
    return ShardSplitSerializer.INSTANCE;
  }

  @Override
  public SimpleVersionedSerializer<Collection<ShardSplit>> getEnumeratorCheckpointSerializer() {
    return new ShardSplitsSerializer();
  }
}
