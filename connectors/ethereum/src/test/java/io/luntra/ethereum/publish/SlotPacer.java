package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.Pacer;
import java.time.Duration;
import java.time.Instant;

/** A virtual clock on which something happens in every slot that begins during a pause. */
final class SlotPacer implements Pacer {
  static final Duration SLOT = Duration.ofSeconds(12);

  private final Slot slot;
  private Instant now = Instant.ofEpochSecond(1_800_000_000);
  private Instant next = now.plus(SLOT);
  private int number;

  /** What happens in a slot. */
  @FunctionalInterface
  interface Slot {
    /** Slots are numbered from 0. */
    void begin(int number);
  }

  SlotPacer(Slot slot) {
    this.slot = slot;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void pause(Duration duration) {
    Instant end = now.plus(duration);
    while (!next.isAfter(end)) {
      now = next;
      next = next.plus(SLOT);
      slot.begin(number++);
    }
    now = end;
  }
}
