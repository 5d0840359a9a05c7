package io.luntra.codec;

import io.luntra.failure.VerificationException;

/** Bytes that are not an encoded chunk, or not the one that was expected. */
public final class MalformedChunkException extends VerificationException {
  private static final long serialVersionUID = 1L;

  private final int offset;

  MalformedChunkException(int offset, String reason) {
    super("Malformed encoded chunk at byte " + offset + ": " + reason);
    this.offset = offset;
  }

  MalformedChunkException(int offset, String reason, Throwable cause) {
    super("Malformed encoded chunk at byte " + offset + ": " + reason, cause);
    this.offset = offset;
  }

  /** Position in the array that was read, of the field or plane that is wrong. */
  public int offset() {
    return offset;
  }
}
