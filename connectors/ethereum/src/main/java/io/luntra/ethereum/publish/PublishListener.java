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

  /** A transaction that the market had overtaken was replaced by one at higher fees. */
  default void replaced(JournaledBatch batch) {}

  /** A reorganisation took a batch out of its block; it is in flight again. */
  default void takenBack(PublishProgress progress, JournaledBatch batch) {}

  /** A batch's block is confirmed. */
  default void confirmed(PublishProgress progress, JournaledBatch batch) {}

  /** A release is sealed on chain, in a block that is confirmed. */
  default void sealed(PublishProgress progress) {}

  /** There is a new head, after which everything that changed was taken note of. */
  default void head(PublisherState state) {}

  /** Something has to be waited for; called when what changes, and every few minutes. */
  default void waiting(String reason) {}

  /** Hears nothing. */
  static PublishListener none() {
    return new PublishListener() {};
  }
}
