package io.luntra.jobs;

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
    RECOVERING("before journal, asking for nonces", SEND, 0, "eth_getTransactionCount"),
    PRICED("before journal, asking for fees", SEND, 0, "eth_feeHistory"),
    FUNDED("before journal, asking for funds", SEND, 0, "eth_getBalance"),
    JOURNALED("journaled", SEND, 0, SEND),
    SENT("sent", SEND, 0, SEND),
    ANSWERED("answered", SEND, 1, HeldCall.ANY),
    RECEIPT_READ("included, not journaled as such", RECEIPT, 1, RECEIPT_BLOCK),
    INCLUDED("included", RECEIPT_BLOCK, 1, HeldCall.ANY),
    REPLACEMENT_FUNDED("replaced, before journal", SEND, 1, "eth_getBalance"),
    REPLACEMENT_JOURNALED("replaced, journaled", SEND, 1, SEND),
    REPLACEMENT_ANSWERED("replaced, answered", SEND, 2, HeldCall.ANY),
    SEAL_CHECKED("before journal, asking the registry", RECEIPT, 0, "eth_call");

    private final String text;
    private final String counted;
    private final int further;
    private final String held;

    Instant(String text, String counted, int further, String held) {
      this.text = text;
      this.counted = counted;
      this.further = further;
      this.held = held;
    }

    /** Whether the call that is held takes effect. */
    private boolean arrives() {
      return this == SENT;
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
    return new HeldCall(instant.counted, batch + instant.further, instant.held, instant.arrives());
  }

  @Override
  public String toString() {
    return "%s, batch %d %s".formatted(victim, batch + 1, instant);
  }
}
