package io.luntra.ethereum.node;

import java.time.Duration;
import java.time.Instant;

/** The time, and waiting in it. */
public interface Pacer {
  Instant now();

  void pause(Duration duration) throws InterruptedException;

  /** The machine's clock. */
  static Pacer system() {
    return new Pacer() {
      @Override
      public Instant now() {
        return Instant.now();
      }

      @Override
      public void pause(Duration duration) throws InterruptedException {
        Thread.sleep(duration.toMillis());
      }
    };
  }
}
