package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.JournaledBatch;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.web3j.crypto.Credentials;

/** One blob-only account: its nonces, and what is broadcast and not included, oldest first. */
final class Lane {
  private final Credentials credentials;
  private final Deque<JournaledBatch> inFlight = new ArrayDeque<>();
  private long nextNonce;
  private Instant moved;

  Lane(Credentials credentials, Instant now) {
    this.credentials = credentials;
    this.moved = now;
  }

  Credentials credentials() {
    return credentials;
  }

  String account() {
    return credentials.getAddress();
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
