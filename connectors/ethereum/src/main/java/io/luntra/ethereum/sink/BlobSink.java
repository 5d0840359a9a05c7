package io.luntra.ethereum.sink;

import io.luntra.ethereum.journal.JdbcJournal;
import java.util.Objects;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Publishes staged releases in a BATCH job: at the end of input, one committer sends the
 * transactions of all releases and seals each. Set {@code restart-strategy.type}: a committer that
 * fails goes on where the chain stands when it is restarted.
 */
public final class BlobSink
    implements Sink<ReleaseReference>,
        SupportsCommitter<ReleaseReference>,
        SupportsPreCommitTopology<ReleaseReference, ReleaseReference> {
  private static final long serialVersionUID = 1L;

  private final BlobSinkConfig config;
  private final PublishListenerFactory listeners;

  /** Where the job is submitted. */
  private final String host = JdbcJournal.host();

  /** A sink that logs its progress. */
  public BlobSink(BlobSinkConfig config) {
    this(config, LoggingListener::new);
  }

  public BlobSink(BlobSinkConfig config, PublishListenerFactory listeners) {
    this.config = Objects.requireNonNull(config, "config");
    this.listeners = Objects.requireNonNull(listeners, "listeners");
  }

  @Override
  public SinkWriter<ReleaseReference> createWriter(WriterInitContext context) {
    return new ReferenceWriter();
  }

  @Override
  public Committer<ReleaseReference> createCommitter(CommitterInitContext context) {
    JdbcJournal.requireReachable(config.journalUrl(), host);
    return new BlobCommitter(
        config,
        listeners.create(),
        context.metricGroup(),
        context.getTaskInfo().getIndexOfThisSubtask());
  }

  @Override
  public SimpleVersionedSerializer<ReleaseReference> getCommittableSerializer() {
    return new ReleaseReferenceSerializer();
  }

  @Override
  public SimpleVersionedSerializer<ReleaseReference> getWriteResultSerializer() {
    return new ReleaseReferenceSerializer();
  }

  /** All to one committer: a committer's parallelism can't be set. */
  @Override
  public DataStream<CommittableMessage<ReleaseReference>> addPreCommitTopology(
      DataStream<CommittableMessage<ReleaseReference>> committables) {
    return committables.global();
  }
}
