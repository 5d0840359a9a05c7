package io.luntra.ethereum.sink;

import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.PublishProgress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each step with release and batch id. */
final class LoggingListener implements PublishListener {
  private static final Logger LOG = LoggerFactory.getLogger(LoggingListener.class);

  @Override
  public void started(PublishProgress progress) {
    LOG.info(
        "{}: release {}, {} of {} blobs stand",
        progress.name(),
        progress.releaseId(),
        progress.blobsIncluded(),
        progress.blobs());
  }

  @Override
  public void sent(PublishProgress progress, JournaledBatch batch) {
    LOG.info(
        "{}: sent {}, release {}, id {}",
        progress.name(),
        batch.describe(),
        batch.releaseId(),
        batch.batchId());
  }

  @Override
  public void replaced(JournaledBatch batch) {
    LOG.warn(
        "Replaced at higher fees: {}, release {}, id {}",
        batch.describe(),
        batch.releaseId(),
        batch.batchId());
  }

  @Override
  public void included(PublishProgress progress, JournaledBatch batch) {
    LOG.info(
        "{}: included {} of {} blobs: {}, release {}, id {}",
        progress.name(),
        progress.blobsIncluded(),
        progress.blobs(),
        batch.describe(),
        batch.releaseId(),
        batch.batchId());
  }

  @Override
  public void takenBack(PublishProgress progress, JournaledBatch batch) {
    LOG.warn(
        "{}: a reorganisation took back {}, release {}, id {}",
        progress.name(),
        batch.describe(),
        batch.releaseId(),
        batch.batchId());
  }

  @Override
  public void confirmed(PublishProgress progress, JournaledBatch batch) {
    LOG.info(
        "{}: confirmed {} of {} blobs: release {}, id {}",
        progress.name(),
        progress.blobsConfirmed(),
        progress.blobs(),
        batch.releaseId(),
        batch.batchId());
  }

  @Override
  public void sealed(PublishProgress progress) {
    LOG.info("{}: sealed, {} blobs", progress.name(), progress.blobs());
  }

  @Override
  public void waiting(String reason) {
    LOG.warn("Waiting: {}", reason);
  }
}
