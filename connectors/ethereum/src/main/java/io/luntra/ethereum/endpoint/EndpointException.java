package io.luntra.ethereum.endpoint;

import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.util.Optional;

/** An endpoint did not answer, or answered with a status that is of no use. */
public final class EndpointException extends LuntraException {
  private static final long serialVersionUID = 2L;

  private final int status;
  private final Duration retryAfter;

  EndpointException(String message, int status, Throwable cause) {
    this(message, status, null, cause);
  }

  /**
   * @param retryAfter null when the answer did not say
   */
  EndpointException(String message, int status, Duration retryAfter, Throwable cause) {
    super(message, cause);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The last HTTP status, or 0 when there was no answer at all. */
  public int status() {
    return status;
  }

  /**
   * How long the endpoint asked to be left alone, in whole seconds and as it said, however long;
   * empty when it did not say so in seconds.
   */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether the same request may be answered later. */
  boolean mayPass() {
    return status == 0
        || status == 404
        || status == 408
        || status == 425
        || status == 429
        || status >= 500;
  }
}
