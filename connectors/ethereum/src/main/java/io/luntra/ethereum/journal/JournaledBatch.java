package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import java.util.Objects;
import java.util.Optional;

/**
 * One batch and the one transaction that was signed for it. Account, nonce and registry are the
 * transaction's sender, nonce and recipient.
 *
 * @param batchId Keccak-256 of release id, batch index (4 bytes) and versioned hashes
 * @param index position in the release; the seal comes last
 * @param inclusion present in the states INCLUDED and FAILED
 */
public record JournaledBatch(
    Network network,
    Bytes32 batchId,
    Bytes32 releaseId,
    int index,
    BatchKind kind,
    SignedBlobTransaction transaction,
    BatchState state,
    Optional<Inclusion> inclusion) {
  public JournaledBatch {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(batchId, "batchId");
    Objects.requireNonNull(releaseId, "releaseId");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(transaction, "transaction");
    boolean settled = state == BatchState.INCLUDED || state == BatchState.FAILED;
    if (settled != inclusion.isPresent()) {
      throw new IllegalArgumentException(
          "Batch %s is %s %s an inclusion"
              .formatted(batchId, state, inclusion.isPresent() ? "with" : "without"));
    }
  }

  /** A batch that was signed and is about to be journaled. */
  public static JournaledBatch signed(
      Network network,
      Bytes32 batchId,
      Bytes32 releaseId,
      int index,
      BatchKind kind,
      SignedBlobTransaction transaction) {
    return new JournaledBatch(
        network,
        batchId,
        releaseId,
        index,
        kind,
        transaction,
        BatchState.JOURNALED,
        Optional.empty());
  }

  public long nonce() {
    return transaction.transaction().nonce();
  }

  /** Lane account, 0x and 40 lower-case digits. */
  public String account() {
    return transaction.sender();
  }

  /** Registry contract, 0x and 40 lower-case digits. */
  public String registry() {
    return transaction.transaction().to();
  }

  /** Kind, index, account, nonce and transaction hash: for messages. */
  public String describe() {
    return "batch %d (%s), account %s, nonce %d, transaction %s"
        .formatted(index, kind, account(), nonce(), transaction.hash());
  }
}
