package io.luntra.devnet;

import io.luntra.failure.LuntraException;

/** A transaction that a public pool does not take; the message is worded as geth's. */
final class PoolRefusal extends LuntraException {
  private static final long serialVersionUID = 1L;

  PoolRefusal(String message) {
    super(message);
  }

  PoolRefusal(String message, Throwable cause) {
    super(message, cause);
  }
}
