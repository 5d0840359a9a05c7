package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.web3j.crypto.Hash;

/**
 * One batch and what was signed for it. Account, nonce and registry are those of the first
 * transaction: its sender, nonce and recipient.
 *
 * @param index position of its first blob in the release; the seal's is the number of all others
 * @param attempts transactions of one account and nonce, oldest first, at least one: the batch's
 *     own, each at higher fees than the one before, then cancellations
 * @param inclusion present in the states INCLUDED, FINAL, FAILED and CANCELLED
 */
public record JournaledBatch(
    Network network,
    Bytes32 releaseId,
    int index,
    BatchKind kind,
    List<SignedBlobTransaction> attempts,
    BatchState state,
    Optional<Inclusion> inclusion) {
  private static final long BLOB_GAS = 131_072;

  public JournaledBatch {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(releaseId, "releaseId");
    Objects.requireNonNull(kind, "kind");
    attempts = List.copyOf(attempts);
    if (attempts.isEmpty()) {
      throw new IllegalArgumentException("Batch %d has no transaction".formatted(index));
    }
    if (state.isInBlock() != inclusion.isPresent()) {
      throw new IllegalArgumentException(
          "Batch %d is %s %s an inclusion"
              .formatted(index, state, inclusion.isPresent() ? "with" : "without"));
    }
  }

  /** A batch that was signed and is about to be journaled. */
  public static JournaledBatch signed(
      Network network,
      Bytes32 releaseId,
      int index,
      BatchKind kind,
      SignedBlobTransaction transaction) {
    return new JournaledBatch(
        network,
        releaseId,
        index,
        kind,
        List.of(transaction),
        BatchState.JOURNALED,
        Optional.empty());
  }

  /** With one more transaction of the same account and nonce, of which no node knows yet. */
  public JournaledBatch with(SignedBlobTransaction attempt) {
    if (!attempt.sender().equals(account()) || attempt.transaction().nonce() != nonce()) {
      throw new IllegalArgumentException(
          "%s can't be replaced by account %s, nonce %d"
              .formatted(describe(), attempt.sender(), attempt.transaction().nonce()));
    }
    List<SignedBlobTransaction> all = new ArrayList<>(attempts);
    all.add(attempt);
    return with(all, BatchState.JOURNALED, Optional.empty());
  }

  /** A node has its newest transaction; or a reorganisation took it out of its block. */
  public JournaledBatch sent() {
    return with(attempts, BatchState.SENT, Optional.empty());
  }

  /** One of its transactions is in a block and was executed. */
  public JournaledBatch included(Inclusion where) {
    return with(attempts, BatchState.INCLUDED, Optional.of(where));
  }

  /** One of its transactions is in a block and reverted. */
  public JournaledBatch failed(Inclusion where) {
    return with(attempts, BatchState.FAILED, Optional.of(where));
  }

  /** The block of its included transaction is confirmed. */
  public JournaledBatch confirmed() {
    boolean own = !isCancelled();
    return with(attempts, own ? BatchState.FINAL : BatchState.CANCELLED, inclusion);
  }

  private JournaledBatch with(
      List<SignedBlobTransaction> newAttempts, BatchState newState, Optional<Inclusion> where) {
    return new JournaledBatch(network, releaseId, index, kind, newAttempts, newState, where);
  }

  /** Keccak-256 of release id (32 bytes), batch index (4 bytes) and versioned hashes. */
  public Bytes32 batchId() {
    ByteBuffer preimage = ByteBuffer.allocate(36 + 32 * blobs().size());
    preimage.put(releaseId.bytes()).putInt(index);
    blobs().forEach(hash -> preimage.put(hash.bytes()));
    return new Bytes32(Hash.sha3(preimage.array()));
  }

  /** Whether what is in a block is a cancellation. */
  public boolean isCancelled() {
    return inclusion
        .map(
            where ->
                attempts.stream()
                    .anyMatch(
                        attempt ->
                            attempt.hash().equals(where.transaction()) && isCancellation(attempt)))
        .orElse(false);
  }

  /** Whether a transaction only takes the nonce: it calls nothing. */
  private static boolean isCancellation(SignedBlobTransaction attempt) {
    return attempt.transaction().to().equals(attempt.sender());
  }

  /** The most it can cost, in wei: one of its transactions at most is ever included. */
  public BigInteger worstCaseWei() {
    return attempts.stream()
        .map(SignedBlobTransaction::transaction)
        .map(JournaledBatch::worstCaseWei)
        .reduce(BigInteger.ZERO, BigInteger::max);
  }

  private static BigInteger worstCaseWei(BlobTransaction transaction) {
    long blobGas = BLOB_GAS * transaction.blobVersionedHashes().size();
    return transaction
        .maxFeePerGas()
        .multiply(BigInteger.valueOf(transaction.gasLimit()))
        .add(transaction.maxFeePerBlobGas().multiply(BigInteger.valueOf(blobGas)));
  }

  /** Whether its newest transaction is a cancellation. */
  public boolean isBeingCancelled() {
    return isCancellation(transaction());
  }

  /** The newest transaction. */
  public SignedBlobTransaction transaction() {
    return attempts.get(attempts.size() - 1);
  }

  /** What it publishes. */
  public List<VersionedHash> blobs() {
    return attempts.get(0).transaction().blobVersionedHashes();
  }

  public long nonce() {
    return transaction().transaction().nonce();
  }

  /** Lane account, 0x and 40 lower-case digits. */
  public String account() {
    return transaction().sender();
  }

  /** Registry contract, 0x and 40 lower-case digits. */
  public String registry() {
    return attempts.get(0).transaction().to();
  }

  /** Kind, blobs, account, nonce and transaction hash: for messages. */
  public String describe() {
    return "batch %d (%s, %d blobs), account %s, nonce %d, transaction %s%s"
        .formatted(
            index,
            kind,
            blobs().size(),
            account(),
            nonce(),
            transaction().hash(),
            attempts.size() > 1 ? ", attempt " + attempts.size() : "");
  }
}
