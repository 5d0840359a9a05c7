package io.luntra.bench.publish;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Blob transactions of others: those of a slot follow from its number and the seed alone. */
final class CompetingTransactions {
  private static final int MAX_BLOBS = 6;
  private static final double MEDIAN_TIP_WEI = 0.05e9;
  private static final double TIP_SPREAD = 1.2;

  private final SlotTrace trace;
  private final long seed;
  private final Deque<Offer> waiting = new ArrayDeque<>();

  /** A transaction that a block may take, with the tip per gas that it pays. */
  record Offer(int blobs, BigInteger tip) {}

  CompetingTransactions(SlotTrace trace, long seed) {
    this.trace = trace;
    this.seed = seed;
  }

  /** Those wanted in a slot join those that no block took so far. */
  void arrive(long slot) {
    Random random = new Random(seed * 1_000_003 + slot);
    int left = trace.at(slot).wantedBlobs();
    while (left > 0) {
      int blobs = Math.min(left, 1 + random.nextInt(MAX_BLOBS));
      double tip = MEDIAN_TIP_WEI * StrictMath.exp(TIP_SPREAD * random.nextGaussian());
      waiting.addLast(new Offer(blobs, BigInteger.valueOf((long) tip)));
      left -= blobs;
    }
  }

  /** In the order of their arrival. */
  List<Offer> waiting() {
    return new ArrayList<>(waiting);
  }

  void taken(Offer offer) {
    waiting.remove(offer);
  }
}
