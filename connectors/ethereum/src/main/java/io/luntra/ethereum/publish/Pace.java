package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.BlobSchedule;
import io.luntra.ethereum.node.FeeHistory;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many blobs may be signed, so that blocks hold the chain's target of blobs on average and the
 * blob fee stays where it is: a credit that grows with what others leave below the target, shrinks
 * with what they take above it, and is spent by signing. Where blobs are dearer than their reserve
 * price, a little less than the target is aimed at: at exactly the target the fee would never come
 * back from what a burst, or a high base fee, has made it.
 */
final class Pace {
  private static final int FULL_BATCH = 6;

  /** Credit is kept for so many blocks' worth of the target, above and below zero. */
  private static final int KEPT_BLOCKS = 8;

  /** So many blocks may pass before a batch is sent that is smaller than there are blobs for. */
  private static final int SMALL_BATCH_AFTER = 4;

  /** So many blocks may pass before a batch is sent though others leave nothing. */
  private static final int ANY_BATCH_AFTER = 16;

  private static final int USAGE_WINDOW = 20;

  /** The fee rises while it is below the base fee divided by this (EIP-7918). */
  private static final int RESERVE_DIVISOR = 16;

  /** Above so many times the reserve price the fee is brought down. */
  private static final double DEAR = 1.25;

  /**
   * Of the target: lowers the fee by 0.8 % per block at a target of 14. On the simulated chain 0.92
   * above 1.1 times the reserve price made the mean fee 1.21 instead of 1.31 times that without
   * ours, and left 5.3 instead of 1.4 % of what others leave.
   */
  private static final double AIM_WHEN_DEAR = 0.95;

  private final double share;
  private final Map<Long, Integer> ours = new HashMap<>();
  private final Deque<Integer> others = new ArrayDeque<>();
  private Optional<BlobSchedule> schedule = Optional.empty();
  private long newest = -1;
  // Something may go at once: a chain that mines on demand has no block before it.
  private double credit = FULL_BATCH;
  private double floor;
  private int blocksWithout;

  Pace(double share) {
    this.share = share;
  }

  /** Blobs of ours stand in a block, or, negative, a reorganisation took them out of it. */
  void included(long block, int blobs) {
    ours.merge(block, blobs, Integer::sum);
  }

  /** At least so many blobs are wanted in each block, whatever others leave. */
  void require(double blobsPerBlock) {
    floor = blobsPerBlock;
  }

  /** Takes in the blocks up to a new head; what stands in them of ours is known. */
  void observe(FeeHistory history, Optional<BlobSchedule> current) {
    schedule = current;
    if (schedule.isEmpty()) {
      return;
    }
    int target = schedule.get().target();
    double aim = isDear(history) ? AIM_WHEN_DEAR * target : target;
    for (int i = 0; i < history.blocks().size(); i++) {
      long block = history.firstBlock() + i;
      if (newest < 0 || block <= newest) {
        continue;
      }
      long used = Math.round(history.blobGasUsed().get(i) * schedule.get().max());
      int byOthers = (int) Math.max(0, used - ours.getOrDefault(block, 0));
      others.addLast(byOthers);
      if (others.size() > USAGE_WINDOW) {
        others.removeFirst();
      }
      credit += Math.max(floor, share * (aim - byOthers));
      blocksWithout++;
    }
    double kept = (double) KEPT_BLOCKS * target;
    credit = Math.max(-kept, Math.min(kept, credit));
    newest = Math.max(newest, history.firstBlock() + history.blocks().size() - 1);
    ours.keySet().removeIf(block -> block < newest - 2L * USAGE_WINDOW);
  }

  /** Whether the next block's blobs cost clearly more than the reserve price of the last blocks. */
  private static boolean isDear(FeeHistory history) {
    double baseFee =
        history.blocks().stream()
            .mapToDouble(market -> market.baseFee().doubleValue())
            .average()
            .orElse(Double.MAX_VALUE);
    return history.next().blobBaseFee().doubleValue() > DEAR * baseFee / RESERVE_DIVISOR;
  }

  /**
   * How many blobs the next transaction may carry, of so many that wait in its lane; 0 to wait for
   * the next block.
   */
  int grant(int waiting) {
    int most = Math.min(waiting, mostPerTransaction());
    if (schedule.isEmpty() || credit >= most || blocksWithout >= ANY_BATCH_AFTER) {
      return most;
    }
    return blocksWithout >= SMALL_BATCH_AFTER && credit >= 1 ? (int) credit : 0;
  }

  /** A builder adds a transaction whole or not: no more than blocks usually have room for. */
  private int mostPerTransaction() {
    if (schedule.isEmpty() || others.isEmpty()) {
      return FULL_BATCH;
    }
    int[] sorted = others.stream().mapToInt(Integer::intValue).sorted().toArray();
    int room = schedule.get().max() - sorted[sorted.length / 2];
    return Math.max(1, Math.min(FULL_BATCH, room));
  }

  void signed(int blobs) {
    credit -= blobs;
    blocksWithout = 0;
  }

  /** What others leave on average, and what is aimed at: for messages. */
  String describe() {
    double used = others.stream().mapToInt(Integer::intValue).average().orElse(0);
    return "blob space: others take %.1f of a target of %d per block, %s in the last blocks"
        .formatted(
            used,
            schedule.map(BlobSchedule::target).orElse(0),
            Arrays.toString(others.stream().mapToInt(Integer::intValue).toArray()));
  }
}
