package io.luntra.ethereum.status;

/** How far a release came. */
public enum ReleaseState {
  /** Nothing of it is signed, or all that was is cancelled. */
  BEGUN,
  PUBLISHING,
  /** Its seal is in a block that stays. */
  SEALED,
  /** A transaction of it reverted: its publisher stopped. */
  FAILED;

  /** Whether nothing more happens unless somebody does something. */
  public boolean isSettled() {
    return this == SEALED || this == FAILED;
  }
}
