package io.luntra.ethereum.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still but for those who sleep. */
final class VirtualClock implements PoolClock {
  // Close to where it wraps round, as a machine's may be.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
  private final List<Duration> sleeps = new CopyOnWriteArrayList<>();

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (duration.isZero() || duration.isNegative()) {
      return;
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("Interrupted in its sleep");
    }
    sleeps.add(duration);
    advance(duration);
  }

  void advance(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  /** Those that took time. */
  List<Duration> sleeps() {
    return sleeps;
  }
}
