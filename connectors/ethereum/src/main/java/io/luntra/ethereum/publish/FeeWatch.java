package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.BlobSchedule;
import io.luntra.ethereum.node.FeeHistory;
import io.luntra.ethereum.node.FeeMarket;
import io.luntra.ethereum.node.Head;
import io.luntra.ethereum.node.Node;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Prices of the next block, and how full the last ones were; asked once for each new head. */
final class FeeWatch {
  private static final int WINDOW = 20;
  private static final int MAX_GAP = 1024;

  private final Node node;
  private final int tipPercentile;
  private final Deque<List<BigInteger>> blobTips = new ArrayDeque<>();
  private Optional<BlobSchedule> schedule = Optional.empty();
  private FeeHistory history;
  private long newest = -1;

  FeeWatch(Node node, int tipPercentile) {
    this.node = node;
    this.tipPercentile = tipPercentile;
  }

  /** Reads what a new head says. */
  void observe(Head head) throws InterruptedException {
    // A fork may change it at any block.
    schedule = node.blobSchedule();
    long gap = newest < 0 ? 0 : Math.min(MAX_GAP, head.number() - newest);
    int blocks = (int) Math.min(head.number() + 1, Math.max(WINDOW, gap));
    history = node.feeHistory(head.number(), blocks, tipPercentile);
    blobTips.addLast(node.blobTips(head.number()));
    if (blobTips.size() > WINDOW) {
      blobTips.removeFirst();
    }
    newest = head.number();
  }

  /** Blobs of a block now; empty where the node does not say. */
  Optional<BlobSchedule> schedule() {
    return schedule;
  }

  /** The blocks looked at last, and the prices after them. */
  FeeHistory history() {
    return history;
  }

  /** Prices of the next block; the tip is what blob transactions paid, where there were any. */
  FeeMarket next() {
    List<BigInteger> tips = new ArrayList<>();
    blobTips.forEach(tips::addAll);
    if (tips.isEmpty()) {
      return history.next();
    }
    tips.sort(null);
    int index = Math.min(tips.size() - 1, tips.size() * tipPercentile / 100);
    return new FeeMarket(history.next().baseFee(), history.next().blobBaseFee(), tips.get(index));
  }
}
