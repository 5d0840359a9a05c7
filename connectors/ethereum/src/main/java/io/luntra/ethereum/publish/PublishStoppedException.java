package io.luntra.ethereum.publish;

import io.luntra.failure.LuntraException;

/** Publishing can't go on until somebody changes something; trying again as it is helps nothing. */
public final class PublishStoppedException extends LuntraException {
  private static final long serialVersionUID = 1L;

  public PublishStoppedException(String message) {
    super(message);
  }
}
