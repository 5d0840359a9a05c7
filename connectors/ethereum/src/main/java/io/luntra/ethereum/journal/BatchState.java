package io.luntra.ethereum.journal;

/** How far a batch came. */
public enum BatchState {
  /** Signed and durable; whether a node has it is not known. */
  JOURNALED,
  /** A node took it. */
  SENT,
  /** In a block, and executed; the block may still be reorganised away. */
  INCLUDED,
  /** In a block that is confirmed, and its blobs were read back where that is asked for. */
  FINAL,
  /** In a block, and reverted. */
  FAILED,
  /** A cancellation took its nonce; its blobs were not published. */
  CANCELLED;

  /** Whether one of its transactions is in a block. */
  public boolean isInBlock() {
    return this != JOURNALED && this != SENT;
  }
}
