package io.luntra.ethereum.sink;

import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.PublishStoppedException;
import io.luntra.ethereum.publish.PublishedRelease;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the releases of all committables. What it throws restarts it, with all committables;
 * what a restart can't cure ends the job.
 */
final class BlobCommitter implements Committer<ReleaseReference> {
  private static final Logger LOG = LoggerFactory.getLogger(BlobCommitter.class);

  private final BlobSinkConfig config;
  private final PublishListener listener;
  private final MetricGroup metrics;
  private final int subtask;

  BlobCommitter(BlobSinkConfig config, PublishListener listener, MetricGroup metrics, int subtask) {
    this.config = config;
    this.listener = listener;
    this.metrics = metrics;
    this.subtask = subtask;
  }

  @Override
  public void commit(Collection<CommitRequest<ReleaseReference>> requests)
      throws IOException, InterruptedException {
    if (requests.isEmpty()) {
      return;
    }
    if (subtask != 0) {
      // Two publishers on the same accounts would sign for the same nonces.
      throw new SuppressRestartsException(
          new IllegalStateException(
              "%d releases reached committer subtask %d, expected all at subtask 0"
                  .formatted(requests.size(), subtask)));
    }
    try {
      publish(requests);
    } catch (InvalidInputException | VerificationException | PublishStoppedException e) {
      throw new SuppressRestartsException(e);
    } catch (LuntraException e) {
      LOG.warn("Publishing goes on after a restart: {}", e.getMessage());
      throw e;
    }
  }

  private void publish(Collection<CommitRequest<ReleaseReference>> requests)
      throws InterruptedException {
    StagingStore staging = StagingStore.open(config.stagingRoot());
    List<StagedRelease> releases =
        requests.stream()
            .map(request -> request.getCommittable().releaseKey())
            .distinct()
            .map(key -> staged(staging, key))
            .toList();
    Set<String> stoodAlready = new HashSet<>();
    try (OpenPublisher open =
        OpenPublisher.open(
            config, nodes -> new Listeners(listener, new PublishMetrics(metrics, nodes)))) {
      for (PublishedRelease release : open.publisher().publish(releases)) {
        if (release.outcome() == PublishedRelease.Outcome.STOOD_ALREADY) {
          stoodAlready.add(release.key());
        }
      }
    }
    for (CommitRequest<ReleaseReference> request : requests) {
      if (stoodAlready.contains(request.getCommittable().releaseKey())) {
        request.signalAlreadyCommitted();
      }
    }
  }

  private StagedRelease staged(StagingStore staging, String key) {
    return staging
        .release(key)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "Release %s is not in staging store %s: prepare it first"
                        .formatted(key, config.stagingRoot())));
  }

  @Override
  public void close() {}
}
