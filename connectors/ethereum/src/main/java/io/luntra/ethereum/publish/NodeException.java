package io.luntra.ethereum.publish;

import io.luntra.failure.LuntraException;

/** A node gave no answer, refused, or answered what can't be; asking later may help. */
final class NodeException extends LuntraException {
  private static final long serialVersionUID = 1L;

  NodeException(String message) {
    super(message);
  }

  NodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
