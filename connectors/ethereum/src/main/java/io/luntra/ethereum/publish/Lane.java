package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.signer.Signer;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** One blob-only account: its nonces, and what is broadcast and not included, oldest first. */
final class Lane {
  private final Signer signer;
  private final Deque<JournaledBatch> inFlight = new ArrayDeque<>();
  private long nextNonce;
  private Instant moved;

  Lane(Signer signer, Instant now) {
    this.signer = signer;
    this.moved = now;
  }

  Signer signer() {
    return signer;
  }

  String account() {
    return signer.address();
  }

  long nextNonce() {
    return nextNonce;
  }

  void nextNonce(long nonce) {
    nextNonce = nonce;
  }

  Deque<JournaledBatch> inFlight() {
    return inFlight;
  }

  /** When a transaction was last included, or first sent. */
  Instant moved() {
    return moved;
  }

  void moved(Instant now) {
    moved = now;
  }

  /** The most that what is in flight can cost, in wei. */
  BigInteger exposure() {
    return inFlight.stream()
        .map(batch -> FeeCaps.worstCase(batch.transaction().transaction()))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }
}
