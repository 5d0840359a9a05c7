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
        "{}: release {}, {} of {} transactions stand",
        progress.name(),
        progress.releaseId(),
        progress.included(),
        progress.batches());
  }

  @Override
  public void sent(PublishProgress progress, JournaledBatch batch) {
    LOG.info("{}: sent {}, id {}", progress.name(), batch.describe(), batch.batchId());
  }

  @Override
  public void included(PublishProgress progress, JournaledBatch batch) {
    LOG.info(
        "{}: included {} of {}: {}, id {}",
        progress.name(),
        progress.included(),
        progress.batches(),
        batch.describe(),
        batch.batchId());
  }

  @Override
  public void sealed(PublishProgress progress) {
    LOG.info("{}: sealed, {} blobs", progress.name(), progress.blobs());
  }

  @Override
  public void waiting(String reason) {
    LOG.info("Waiting: {}", reason);
  }
}
