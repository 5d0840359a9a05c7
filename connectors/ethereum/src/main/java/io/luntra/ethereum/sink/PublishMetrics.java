package io.luntra.ethereum.sink;

import io.luntra.ethereum.endpoint.EndpointHealth;
import io.luntra.ethereum.endpoint.EndpointPool;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.PublishProgress;
import io.luntra.ethereum.publish.PublisherState;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What an operator watches, as Flink metrics of the committer: the names of FLIP-33 where it has
 * one (a record is a blob), gwei for prices and ether for amounts elsewhere. All of them are
 * written by the publishing thread.
 */
final class PublishMetrics implements PublishListener {
  private static final int BLOB_BYTES = 131_072;
  private static final int GWEI_DIGITS = 9;
  private static final int ETHER_DIGITS = 18;
  private static final int LATENCIES = 64;

  private final EndpointPool nodes;
  private final Counter blobsSent;
  private final Counter bytesSent;
  private final Counter bumps;
  private final Counter reorganised;
  private final Counter waits;
  private final Map<String, Instant> sentAt = new HashMap<>();
  private final Deque<Long> latencies = new ArrayDeque<>();
  private volatile PublisherState state =
      new PublisherState(
          0,
          BigInteger.ZERO,
          BigInteger.ZERO,
          BigInteger.ZERO,
          BigInteger.ZERO,
          BigInteger.ZERO,
          List.of());
  private volatile long pendingBlobs;
  private volatile long confirmedBlobs;
  private volatile long latencyMillis;
  private final Map<String, PublishProgress> progress = new HashMap<>();

  PublishMetrics(MetricGroup group, EndpointPool nodes) {
    this.nodes = nodes;
    blobsSent = group.counter("numRecordsSend");
    bytesSent = group.counter("numBytesSend");
    bumps = group.counter("feeBumps");
    reorganised = group.counter("batchesReorganised");
    waits = group.counter("waits");
    group.gauge("numRecordsSendErrors", this::nodeFailures);
    group.gauge("currentSendTime", () -> latencyMillis);
    group.gauge("pendingRecords", () -> pendingBlobs);
    group.gauge("pendingBytes", () -> pendingBlobs * BLOB_BYTES);
    group.gauge("blobsConfirmed", () -> confirmedBlobs);
    group.gauge("head", () -> state.head());
    group.gauge("baseFeeGwei", () -> number(state.baseFee(), GWEI_DIGITS));
    group.gauge("blobBaseFeeGwei", () -> number(state.blobBaseFee(), GWEI_DIGITS));
    group.gauge("tipGwei", () -> number(state.tip(), GWEI_DIGITS));
    group.gauge("spentEther", () -> number(state.spent(), ETHER_DIGITS));
    group.gauge("inFlightEther", () -> number(state.exposure(), ETHER_DIGITS));
    group.gauge(
        "transactionsInFlight",
        () -> state.lanes().stream().mapToInt(PublisherState.LaneState::inFlight).sum());
    group.gauge(
        "transactionsUnconfirmed",
        () -> state.lanes().stream().mapToInt(PublisherState.LaneState::unconfirmed).sum());
    group.gauge(
        "nonce", () -> state.lanes().stream().mapToLong(PublisherState.LaneState::nonce).sum());
    for (int i = 0; i < nodes.size(); i++) {
      int index = i;
      MetricGroup node = group.addGroup("node", Integer.toString(i));
      node.gauge("requests", () -> nodes.health().get(index).requests());
      node.gauge("failures", () -> nodes.health().get(index).failures());
      node.gauge("state", () -> nodes.health().get(index).state().name());
    }
  }

  private static double number(BigInteger wei, int digits) {
    return new BigDecimal(wei).movePointLeft(digits).doubleValue();
  }

  private long nodeFailures() {
    return nodes.health().stream().mapToLong(EndpointHealth::failures).sum();
  }

  private void took(PublishProgress now) {
    progress.put(now.releaseId().toHex(), now);
    pendingBlobs =
        progress.values().stream().mapToLong(p -> p.blobsSigned() - p.blobsIncluded()).sum();
    confirmedBlobs = progress.values().stream().mapToLong(PublishProgress::blobsConfirmed).sum();
  }

  @Override
  public void started(PublishProgress now) {
    took(now);
  }

  @Override
  public void sent(PublishProgress now, JournaledBatch batch) {
    took(now);
    blobsSent.inc(batch.blobs().size());
    bytesSent.inc((long) batch.blobs().size() * BLOB_BYTES);
    sentAt.put(key(batch), Instant.now());
  }

  @Override
  public void replaced(JournaledBatch batch) {
    bumps.inc();
  }

  @Override
  public void included(PublishProgress now, JournaledBatch batch) {
    took(now);
    Instant sent = sentAt.remove(key(batch));
    if (sent != null) {
      latencies.addLast(Duration.between(sent, Instant.now()).toMillis());
      if (latencies.size() > LATENCIES) {
        latencies.removeFirst();
      }
      latencyMillis = Math.round(latencies.stream().mapToLong(Long::longValue).average().orElse(0));
    }
  }

  private static String key(JournaledBatch batch) {
    return batch.account() + batch.nonce();
  }

  @Override
  public void takenBack(PublishProgress now, JournaledBatch batch) {
    took(now);
    reorganised.inc();
  }

  @Override
  public void confirmed(PublishProgress now, JournaledBatch batch) {
    took(now);
  }

  @Override
  public void waiting(String reason) {
    waits.inc();
  }

  @Override
  public void head(PublisherState now) {
    state = now;
  }
}
