package io.luntra.ethereum.journal;

/** How far a batch's transaction came. */
public enum BatchState {
  /** Signed and durable; whether a node has it is not known. */
  JOURNALED,
  /** A node took it. */
  SENT,
  /** In a block, and executed; the block may still be reorganised away. */
  INCLUDED,
  /** In a block, and reverted. */
  FAILED
}
