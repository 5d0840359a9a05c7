package io.luntra.failure;

/** Input that cannot be used as it is: a file, an address, a configuration. Exit code 2. */
public class InvalidInputException extends LuntraException {
  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
