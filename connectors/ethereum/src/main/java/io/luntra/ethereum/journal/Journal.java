package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * The write-ahead record of batches: a transaction is in it before any node sees it. Every method
 * that changes something returns only when the change survives the end of the process. Safe for use
 * by several threads. Failures are {@link io.luntra.failure.LuntraException}s; after one it is not
 * known whether the change was made.
 */
public interface Journal extends AutoCloseable {
  /**
   * Takes the lease of an account, for so long unless it is renewed: when nobody has it, it
   * expired, or its holder is known to be gone.
   *
   * @throws AccountInUseException when another publisher has it
   */
  Lease lease(Network network, String account, LeaseHolder holder, Duration duration);

  /**
   * Makes a lease last for so long from now.
   *
   * @throws AccountInUseException when another publisher took it meanwhile
   */
  void renew(Lease lease, Duration duration);

  /** Gives a lease back; does nothing when another publisher took it meanwhile. */
  void release(Lease lease);

  /** Takes note of a release; does nothing when it is noted already. */
  void begin(ReleaseBegun release);

  /**
   * Adds a batch in state JOURNALED, with one transaction of the lease's account.
   *
   * @throws AccountInUseException when another publisher took the lease meanwhile
   * @throws io.luntra.failure.LuntraException when the journal has this batch, or another
   *     transaction of this account and nonce
   */
  void append(Lease lease, JournaledBatch batch);

  /**
   * Adds the newest transaction of a batch in state JOURNALED to those that the journal has of it.
   *
   * @throws AccountInUseException when another publisher took the lease meanwhile
   */
  void replace(Lease lease, JournaledBatch batch);

  /**
   * Sets state and inclusion to the batch's.
   *
   * @throws AccountInUseException when another publisher took the lease meanwhile
   */
  void update(Lease lease, JournaledBatch batch);

  /** All batches of a release, by index. */
  List<JournaledBatch> release(Network network, String registry, Bytes32 releaseId);

  /**
   * Batches of an account, of any release, that are JOURNALED, SENT or INCLUDED, and all whose
   * nonce is {@code nextNonce} or more, by nonce.
   *
   * @param nextNonce number of the account's transactions on chain
   */
  List<JournaledBatch> unsettled(Network network, String account, long nextNonce);

  /** The highest nonce that was signed for an account. */
  OptionalLong lastNonce(Network network, String account);

  /** All releases that were begun, by network, registry and name. */
  List<ReleaseBegun> releases();

  @Override
  void close();
}
