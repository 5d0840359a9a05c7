package io.luntra.bench.publish;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Made the trace that comes with the program. 20 slots are missed in a row and 20 here and there.
 * Others come with one or two batches of 1 to 6 blobs in most slots, with 9 to 15 blobs in one of
 * fifty, and with nothing in the rest; then single blobs are added or taken away at random until
 * exactly 10 blobs per slot are left below a target of 14 in each block.
 */
final class SlotTraceGenerator {
  private static final int SLOTS = 2_000;
  private static final int MISSED_ALONE = 20;
  private static final int OUTAGE_FIRST = 300;
  private static final int OUTAGE_SLOTS = 20;
  private static final int TARGET = 14;
  private static final int SPARE = 10;
  private static final int MOST_WANTED = 15;

  private SlotTraceGenerator() {}

  static List<SlotTrace.Slot> generate() {
    Random random = new Random(20_261_126);
    boolean[] missed = new boolean[SLOTS];
    for (int slot = OUTAGE_FIRST; slot < OUTAGE_FIRST + OUTAGE_SLOTS; slot++) {
      missed[slot] = true;
    }
    for (int found = 0; found < MISSED_ALONE; ) {
      int slot = random.nextInt(SLOTS);
      found += missed[slot] ? 0 : 1;
      missed[slot] = true;
    }
    int[] wanted = new int[SLOTS];
    int sum = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      double kind = random.nextDouble();
      if (kind < 0.02) {
        wanted[slot] = 9 + random.nextInt(7);
      } else if (kind < 0.75) {
        wanted[slot] = 1 + random.nextInt(6) + (kind < 0.3 ? 1 + random.nextInt(6) : 0);
      }
      sum += wanted[slot];
    }
    int blocks = SLOTS - OUTAGE_SLOTS - MISSED_ALONE;
    int left = TARGET * blocks - SPARE * SLOTS - sum;
    while (left != 0) {
      int slot = random.nextInt(SLOTS);
      int step = Integer.signum(left);
      if (wanted[slot] > 0 && wanted[slot] + step <= MOST_WANTED) {
        wanted[slot] += step;
        left -= step;
      }
    }
    List<SlotTrace.Slot> slots = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      slots.add(new SlotTrace.Slot(missed[slot], wanted[slot]));
    }
    return slots;
  }

  /** Prints the resource. */
  public static void main(String[] arguments) {
    StringBuilder csv = new StringBuilder("missed,wantedBlobs\n");
    generate()
        .forEach(
            slot ->
                csv.append(slot.missed() ? 1 : 0)
                    .append(',')
                    .append(slot.wantedBlobs())
                    .append('\n'));
    System.out.print(csv);
  }
}
