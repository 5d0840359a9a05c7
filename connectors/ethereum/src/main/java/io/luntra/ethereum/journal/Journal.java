package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import java.util.List;
import java.util.OptionalLong;

/**
 * The write-ahead record of batches: a transaction is in it before any node sees it. Every method
 * that changes something returns only when the change survives the end of the process. Safe for use
 * by several threads. Failures are {@link io.luntra.failure.LuntraException}s.
 */
public interface Journal extends AutoCloseable {
  /**
   * Adds a batch in state JOURNALED.
   *
   * @throws io.luntra.failure.LuntraException when the journal has this batch, or another
   *     transaction of this account and nonce
   */
  void append(JournaledBatch batch);

  /** A node took the batch's transaction. */
  void sent(JournaledBatch batch);

  /** The batch's transaction is in a block and was executed. */
  void included(JournaledBatch batch, Inclusion inclusion);

  /** The batch's transaction is in a block and reverted. */
  void failed(JournaledBatch batch, Inclusion inclusion);

  /** All batches of a release, by index. */
  List<JournaledBatch> release(Network network, String registry, Bytes32 releaseId);

  /**
   * Batches of an account, of any release, that are JOURNALED or SENT, and all whose nonce is
   * {@code nextNonce} or more, by nonce.
   *
   * @param nextNonce number of the account's transactions on chain
   */
  List<JournaledBatch> unsettled(Network network, String account, long nextNonce);

  /** The highest nonce that was signed for an account. */
  OptionalLong lastNonce(Network network, String account);

  @Override
  void close();
}
