package io.luntra.bench.publish;

import io.luntra.ethereum.node.Pacer;
import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.time.Instant;

/** Time that passes only while somebody waits; something happens whenever a slot begins. */
final class SimulatedClock implements Pacer {
  static final Duration SLOT = Duration.ofSeconds(12);

  private final SlotBegin begin;
  private final long lastSlot;
  private Instant now;
  private Instant next;
  private long slot;

  /** What happens when a slot begins. */
  @FunctionalInterface
  interface SlotBegin {
    void slot(long number, Instant time);
  }

  /**
   * @param firstSlot the slot that begins next
   * @param lastSlot after which simulating is given up
   */
  SimulatedClock(Instant start, long firstSlot, long lastSlot, SlotBegin begin) {
    this.now = start;
    this.next = start.plus(SLOT);
    this.slot = firstSlot;
    this.lastSlot = lastSlot;
    this.begin = begin;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void pause(Duration duration) {
    Instant end = now.plus(duration);
    while (!next.isAfter(end)) {
      if (slot > lastSlot) {
        throw new LuntraException(
            "After %d slots not everything is published, which is given up".formatted(lastSlot));
      }
      now = next;
      next = next.plus(SLOT);
      begin.slot(slot++, now);
    }
    now = end;
  }
}
