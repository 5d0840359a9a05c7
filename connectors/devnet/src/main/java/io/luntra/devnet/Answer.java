package io.luntra.devnet;

/**
 * What a caller gets: an HTTP status and a body, or nothing at all.
 *
 * @param body JSON; owned by this value
 */
public record Answer(int status, byte[] body) {
  /** The connection closes without a byte, as if the answer were lost on its way. */
  public static final Answer LOST = new Answer(0, new byte[0]);

  boolean isLost() {
    return status == 0;
  }
}
