package io.luntra.ethereum.journal;

import io.luntra.failure.LuntraException;

/** Another publisher holds the lease of an account. */
public final class AccountInUseException extends LuntraException {
  private static final long serialVersionUID = 1L;

  AccountInUseException(String message) {
    super(message);
  }
}
