package io.luntra.ethereum.node;

import io.luntra.failure.LuntraException;

/** A contract refused a call, and said why in bytes of its own. */
public final class RevertedException extends LuntraException {
  private static final long serialVersionUID = 1L;

  private final byte[] reason;

  RevertedException(String message, byte[] reason) {
    super(message);
    this.reason = reason;
  }

  /** ABI-encoded error, selector first; empty when it said nothing. */
  public byte[] reason() {
    return reason.clone();
  }
}
