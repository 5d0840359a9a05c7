package io.luntra.ethereum.publish;

import java.time.Duration;
import java.time.Instant;

/** A clock that only pauses move. */
final class VirtualPacer implements Pacer {
  private Instant now = Instant.EPOCH;

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void pause(Duration duration) {
    now = now.plus(duration);
  }
}
