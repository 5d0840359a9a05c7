package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Lease;
import io.luntra.ethereum.signer.Signer;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.NavigableMap;
import java.util.TreeMap;

/** One blob-only account: its nonces, what is in flight, and what is in blocks that may go. */
final class Lane {
  private final Signer signer;
  private final Deque<InFlight> inFlight = new ArrayDeque<>();
  private final NavigableMap<Long, JournaledBatch> included = new TreeMap<>();
  private Lease lease;
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

  Lease lease() {
    return lease;
  }

  void lease(Lease taken) {
    lease = taken;
  }

  long nextNonce() {
    return nextNonce;
  }

  void nextNonce(long nonce) {
    nextNonce = nonce;
  }

  /** Contiguous nonces, oldest first. */
  Deque<InFlight> inFlight() {
    return inFlight;
  }

  /** By nonce: batches in blocks that are not confirmed. */
  NavigableMap<Long, JournaledBatch> included() {
    return included;
  }

  /** When a transaction was last included, or could not yet be for its fees. */
  Instant moved() {
    return moved;
  }

  void moved(Instant now) {
    moved = now;
  }

  boolean isIdle() {
    return inFlight.isEmpty() && included.isEmpty();
  }

  /** Whether a pool may take one more: those before it are there. */
  boolean isOpen(int maxInFlight) {
    return inFlight.size() < maxInFlight && !hasTrouble();
  }

  /** Whether no node took something of it. */
  boolean hasTrouble() {
    return inFlight.stream().anyMatch(flight -> !flight.trouble().isEmpty());
  }

  /** The most that what is in flight can cost, in wei. */
  BigInteger exposure() {
    return inFlight.stream().map(InFlight::worstCase).reduce(BigInteger.ZERO, BigInteger::add);
  }
}
