package io.luntra.ethereum.endpoint;

import io.luntra.failure.LuntraException;

/** An endpoint's answer was cut off because it is longer than what was asked for can be. */
public final class AnswerTooLongException extends LuntraException {
  private static final long serialVersionUID = 1L;

  AnswerTooLongException(String message) {
    super(message);
  }
}
