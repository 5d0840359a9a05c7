package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.JournaledBatch;
import java.math.BigInteger;
import java.time.Instant;

/** A batch of which no transaction is in a block. */
final class InFlight {
  private JournaledBatch batch;
  private Instant since;
  private boolean known;
  private String trouble = "";

  InFlight(JournaledBatch batch, Instant since) {
    this.batch = batch;
    this.since = since;
  }

  JournaledBatch batch() {
    return batch;
  }

  /** Another state of the same transactions. */
  void batch(JournaledBatch changed) {
    batch = changed;
  }

  /** Its newest transaction is one that no node has seen. */
  void replaced(JournaledBatch changed, Instant now) {
    batch = changed;
    since = now;
    known = false;
  }

  /** When its newest transaction was signed, or taken up again. */
  Instant since() {
    return since;
  }

  /** It was sent again as it is: leave it alone for as long as a new one. */
  void postpone(Instant now) {
    since = now;
  }

  /** Whether a node had its newest transaction when it was last asked. */
  boolean isKnown() {
    return known;
  }

  void known(boolean isKnown) {
    known = isKnown;
    if (isKnown) {
      trouble = "";
    }
  }

  /** Why no node takes it; empty when nothing is wrong. */
  String trouble() {
    return trouble;
  }

  void trouble(String reason) {
    trouble = reason;
    known = false;
  }

  /** The most it can cost, in wei: one of its transactions at most is ever included. */
  BigInteger worstCase() {
    return batch.worstCaseWei();
  }
}
