package io.luntra.ethereum.endpoint;

import io.luntra.failure.LuntraException;

/** An endpoint did not answer, or answered with a status that is of no use. */
public final class EndpointException extends LuntraException {
  private static final long serialVersionUID = 1L;

  private final int status;

  EndpointException(String message, int status, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** The last HTTP status, or 0 when there was no answer at all. */
  public int status() {
    return status;
  }
}
