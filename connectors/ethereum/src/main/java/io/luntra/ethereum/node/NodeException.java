package io.luntra.ethereum.node;

import io.luntra.failure.LuntraException;

/** A node gave no answer, refused, or answered what can't be; asking later may help. */
public final class NodeException extends LuntraException {
  private static final long serialVersionUID = 1L;

  public NodeException(String message) {
    super(message);
  }

  public NodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
