package io.luntra.ethereum.endpoint;

import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time that a pool goes by, and waiting in it. */
interface PoolClock {
  /** Like {@link System#nanoTime}: only differences mean something. */
  long nanoTime();

  /** Returns at once when the duration is zero or less. */
  void sleep(Duration duration) throws InterruptedException;

  /** Sleeps; when interrupted, leaves the thread so and says what the wait was for. */
  default void pause(Duration duration, String before) {
    try {
      sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuntraException(before + ": interrupted before another attempt", e);
    }
  }

  /** The machine's clock. */
  static PoolClock system() {
    return new PoolClock() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
      }
    };
  }
}
