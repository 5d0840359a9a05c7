package io.luntra.bench.publish;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What happens slot by slot whatever we do; begins again after its last slot. */
final class SlotTrace {
  private static final String RESOURCE = "slots.csv";
  private static final String HEADER = "missed,wantedBlobs";

  private final List<Slot> slots;

  /**
   * A slot.
   *
   * @param missed whether nobody proposes a block
   * @param wantedBlobs blobs that others begin to offer before it
   */
  record Slot(boolean missed, int wantedBlobs) {}

  SlotTrace(List<Slot> slots) {
    this.slots = List.copyOf(slots);
  }

  /**
   * The trace that comes with the program: 2,000 slots, 2 % of them missed, 20 in a row. A target
   * of 14 blobs in each block and what others want leave 10 blobs per slot on average. A test holds
   * what made it.
   */
  static SlotTrace committed() {
    try (InputStream in = SlotTrace.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      if (!HEADER.equals(lines.readLine())) {
        throw new IllegalStateException(RESOURCE + " does not begin with " + HEADER);
      }
      List<Slot> slots = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int comma = line.indexOf(',');
        slots.add(
            new Slot(
                line.substring(0, comma).equals("1"), Integer.parseInt(line.substring(comma + 1))));
      }
      return new SlotTrace(slots);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Slot> slots() {
    return slots;
  }

  /** Slots before the first are the last ones. */
  Slot at(long number) {
    return slots.get((int) Math.floorMod(number, (long) slots.size()));
  }
}
