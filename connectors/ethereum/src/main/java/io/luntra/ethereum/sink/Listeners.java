package io.luntra.ethereum.sink;

import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.publish.PublishListener;
import io.luntra.ethereum.publish.PublishProgress;
import io.luntra.ethereum.publish.PublisherState;

/** Tells two listeners, one after the other. */
record Listeners(PublishListener first, PublishListener second) implements PublishListener {
  @Override
  public void started(PublishProgress progress) {
    first.started(progress);
    second.started(progress);
  }

  @Override
  public void sent(PublishProgress progress, JournaledBatch batch) {
    first.sent(progress, batch);
    second.sent(progress, batch);
  }

  @Override
  public void replaced(JournaledBatch batch) {
    first.replaced(batch);
    second.replaced(batch);
  }

  @Override
  public void included(PublishProgress progress, JournaledBatch batch) {
    first.included(progress, batch);
    second.included(progress, batch);
  }

  @Override
  public void takenBack(PublishProgress progress, JournaledBatch batch) {
    first.takenBack(progress, batch);
    second.takenBack(progress, batch);
  }

  @Override
  public void confirmed(PublishProgress progress, JournaledBatch batch) {
    first.confirmed(progress, batch);
    second.confirmed(progress, batch);
  }

  @Override
  public void sealed(PublishProgress progress) {
    first.sealed(progress);
    second.sealed(progress);
  }

  @Override
  public void waiting(String reason) {
    first.waiting(reason);
    second.waiting(reason);
  }

  @Override
  public void head(PublisherState state) {
    first.head(state);
    second.head(state);
  }
}
