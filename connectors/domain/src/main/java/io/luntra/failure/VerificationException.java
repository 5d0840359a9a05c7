package io.luntra.failure;

/** Something that was checked and is not what was published: exit code 1. */
public class VerificationException extends LuntraException {
  private static final long serialVersionUID = 1L;

  public VerificationException(String message) {
    super(message);
  }

  public VerificationException(String message, Throwable cause) {
    super(message, cause);
  }
}
