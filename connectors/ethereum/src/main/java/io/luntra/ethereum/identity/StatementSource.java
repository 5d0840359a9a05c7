package io.luntra.ethereum.identity;

import io.luntra.failure.LuntraException;

/** Where the statements of domains come from. */
@FunctionalInterface
public interface StatementSource {
  /** What a domain serves, and where it was found, in words that end "its statement". */
  record Found(byte[] json, String where) {}

  /** A domain serves no statement, or not to us. */
  final class UnavailableException extends LuntraException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
      super(message);
    }

    public UnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * What a domain serves, at most {@link StatementFile#MAX_BYTES}.
   *
   * @param domain a name that a stranger may have chosen
   * @throws UnavailableException when there is nothing to be had
   */
  Found fetch(String domain);
}
