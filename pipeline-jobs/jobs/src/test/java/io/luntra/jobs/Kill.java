package io.luntra.jobs;

import java.util.function.IntFunction;

/**
 * One process that is killed at one instant.
 *
 * @param batch by the order in which they are signed, from 0; the seal is the last one
 */
record Kill(Victim victim, Instant instant, int batch) {
  private static final String SEND = "eth_sendRawTransaction";
  private static final String RECEIPT = "eth_getTransactionReceipt";
  private static final String RECEIPT_BLOCK = "eth_getBlockByHash";

  enum Victim {
    JOB_MANAGER("JobManager"),
    TASK_MANAGER("TaskManager"),
    CLIENT("client");

    private final String text;

    Victim(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** How far the publisher is when it is killed. */
  enum Instant {
    RECOVERING(
        "before its journal is compared",
        batch -> HeldCall.before(SEND, batch, "eth_getTransactionCount")),
    PRICED("before journal, asking for fees", batch -> HeldCall.before(SEND, batch, "eth_feeHistory")),
    FUNDED(
        "before journal, asking for funds",
        batch -> HeldCall.before(SEND, batch, "eth_getBalance")),
    JOURNALED("journaled", batch -> HeldCall.before(SEND, batch, SEND)),
    SENT("sent", batch -> HeldCall.unanswered(SEND, batch, SEND)),
    ANSWERED("answered", batch -> HeldCall.after(SEND, batch + 1)),
    RECEIPT_READ(
        "included, not journaled yet", batch -> HeldCall.before(RECEIPT, batch + 1, RECEIPT_BLOCK)),
    INCLUDED("included", batch -> HeldCall.after(RECEIPT_BLOCK, batch + 1)),
    REPLACEMENT_FUNDED(
        "replaced, before journal", batch -> HeldCall.before(SEND, batch + 1, "eth_getBalance")),
    REPLACEMENT_JOURNALED(
        "replaced, journaled", batch -> HeldCall.before(SEND, batch + 1, SEND)),
    REPLACEMENT_SENT("replaced, sent", batch -> HeldCall.unanswered(SEND, batch + 1, SEND)),
    REPLACEMENT_ANSWERED("replaced, answered", batch -> HeldCall.after(SEND, batch + 2)),
    SEAL_CHECKED(
        "before the seal's journal", batch -> HeldCall.before(RECEIPT, batch, "eth_call"));

    private final String text;
    private final IntFunction<HeldCall> hold;

    Instant(String text, IntFunction<HeldCall> hold) {
      this.text = text;
      this.hold = hold;
    }

    /** For a test of its own. */
    HeldCall hold(int batch) {
      return hold.apply(batch);
    }

    /** Whether it takes a market that overtakes a transaction. */
    boolean isReplacement() {
      return name().startsWith("REPLACEMENT");
    }

    @Override
    public String toString() {
      return text;
    }
  }

  HeldCall hold() {
    return instant.hold(batch);
  }

  @Override
  public String toString() {
    return "%s, batch %d %s".formatted(victim, batch + 1, instant);
  }
}
