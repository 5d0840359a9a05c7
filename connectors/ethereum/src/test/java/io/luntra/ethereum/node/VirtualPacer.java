package io.luntra.ethereum.node;

import java.time.Duration;
import java.time.Instant;

/** A clock that only pauses move. */
public final class VirtualPacer implements Pacer {
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
