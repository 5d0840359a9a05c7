package io.luntra.failure;

/**
 * A failure that a caller or a user can act on. The message says what failed, what was expected,
 * what was found and where; it never holds a secret.
 */
public class LuntraException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LuntraException(String message) {
    super(message);
  }

  public LuntraException(String message, Throwable cause) {
    super(message, cause);
  }
}
