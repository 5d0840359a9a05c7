package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.JournaledBatch;

/**
 * Hears how publishing goes, in the publishing thread. What a listener throws ends publishing, as
 * any failure does.
 */
public interface PublishListener {
  /** A release is about to be worked on; what stands on chain already counts as included. */
  default void started(PublishProgress progress) {}

  /** A node took a batch's transaction. */
  default void sent(PublishProgress progress, JournaledBatch batch) {}

  /** A batch's transaction was included and executed. */
  default void included(PublishProgress progress, JournaledBatch batch) {}

  /** A release is sealed on chain. */
  default void sealed(PublishProgress progress) {}

  /** Nothing can be sent now; called when the reason changes. */
  default void waiting(String reason) {}

  /** Hears nothing. */
  static PublishListener none() {
    return new PublishListener() {};
  }
}
