package io.luntra.bench.publish;

import io.luntra.failure.InvalidInputException;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is simulated.
 *
 * @param blobs data blobs to publish, 1 to 200,000
 * @param lanes accounts to publish from, 1 to 32; as many as the rate needs where empty
 * @param share of the blob space that others leave, above 0 and at most 1
 * @param missedSlots whether the trace's missed slots are missed
 * @param seed of fees and of others' transactions
 * @param bpoSlot after how many slots blocks take 21 blobs on average and 32 at most
 */
public record PublishSimulation(
    int blobs,
    OptionalInt lanes,
    double share,
    boolean missedSlots,
    long seed,
    OptionalLong bpoSlot) {
  private static final int MAX_BLOBS = 200_000;
  private static final int MAX_LANES = 32;

  public PublishSimulation {
    if (blobs < 1 || blobs > MAX_BLOBS) {
      throw new InvalidInputException("%d blobs, expected 1 to %d".formatted(blobs, MAX_BLOBS));
    }
    if (lanes.isPresent() && (lanes.getAsInt() < 1 || lanes.getAsInt() > MAX_LANES)) {
      throw new InvalidInputException(
          "%d lanes, expected 1 to %d".formatted(lanes.getAsInt(), MAX_LANES));
    }
    if (!(share > 0 && share <= 1)) {
      throw new InvalidInputException(
          "Share %s of spare blob space, expected above 0 and at most 1".formatted(share));
    }
    if (bpoSlot.isPresent() && bpoSlot.getAsLong() < 0) {
      throw new InvalidInputException("Slot %d, expected 0 or more".formatted(bpoSlot.getAsLong()));
    }
  }

  /** All spare blob space, missed slots as in the trace, no change of the schedule. */
  public static PublishSimulation of(int blobs) {
    return new PublishSimulation(blobs, OptionalInt.empty(), 1, true, 1, OptionalLong.empty());
  }
}
