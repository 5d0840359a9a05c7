package io.luntra.bench.publish;

import io.luntra.blob.BlobPacking;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** What a simulated chain has of ours, counted block by block. */
final class ChainCount {
  private final SimulatedChain chain;
  private final List<SimulatedBlock> span;
  private final long firstSlot;
  private final long lastSlot;

  private ChainCount(SimulatedChain chain, List<SimulatedBlock> span) {
    this.chain = chain;
    this.span = span;
    this.firstSlot = span.get(0).slot();
    this.lastSlot = span.get(span.size() - 1).slot();
  }

  /** Counts from the first block with data of ours to the last. */
  static ChainCount of(SimulatedChain chain) {
    List<SimulatedBlock> blocks = chain.blocks();
    int first = 0;
    while (data(blocks.get(first)) == 0) {
      first++;
    }
    int last = blocks.size() - 1;
    while (data(blocks.get(last)) == 0) {
      last--;
    }
    return new ChainCount(chain, blocks.subList(first, last + 1));
  }

  private static int data(SimulatedBlock block) {
    return block.ours().stream()
        .filter(ours -> ours.result().succeeded() && ours.result().data())
        .mapToInt(SimulatedBlock.Ours::blobs)
        .sum();
  }

  long lastSlot() {
    return lastSlot;
  }

  /**
   * @param without a chain of the same settings on which nothing was published
   */
  PublishReport report(int lanes, long peakHeapBytes, SimulatedChain without) {
    int blobs = span.stream().mapToInt(ChainCount::data).sum();
    long slots = lastSlot - firstSlot + 1;
    long spare =
        span.stream().mapToLong(block -> block.market().target() - block.blobsOfOthers()).sum();
    List<Long> delays = new ArrayList<>();
    BigInteger cost = BigInteger.ZERO;
    int withData = 0;
    for (SimulatedBlock block : chain.blocks()) {
      for (SimulatedBlock.Ours ours : block.ours()) {
        delays.add(block.slot() - ours.acceptedSlot());
        cost = cost.add(block.cost(ours));
        withData += ours.result().data() ? 1 : 0;
      }
    }
    delays.sort(null);
    return new PublishReport(
        blobs,
        slots,
        (double) spare / slots,
        (double) blobs / spare,
        blobs
            * (double) BlobPacking.PAYLOAD_BYTES
            / (slots * SimulatedClock.SLOT.toSeconds())
            / 1_000,
        cost.toString(),
        new PublishReport.Percentiles(percentile(delays, 50), percentile(delays, 95)),
        lanes,
        peakHeapBytes,
        (double) blobs / withData,
        span.get(0).blobBaseFee().toString(),
        span.get(span.size() - 1).blobBaseFee().toString(),
        meanBlobBaseFee(chain).toString(),
        meanBlobBaseFee(without).toString(),
        slots - span.size(),
        delays.size());
  }

  private static long percentile(List<Long> sorted, int percent) {
    int index = (sorted.size() * percent + 99) / 100 - 1;
    return sorted.get(Math.max(0, index));
  }

  private BigInteger meanBlobBaseFee(SimulatedChain of) {
    BigInteger sum = BigInteger.ZERO;
    int count = 0;
    for (SimulatedBlock block : of.blocks()) {
      if (block.slot() >= firstSlot && block.slot() <= lastSlot) {
        sum = sum.add(block.blobBaseFee());
        count++;
      }
    }
    return sum.divide(BigInteger.valueOf(count));
  }
}
