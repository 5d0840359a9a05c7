package io.luntra.ethereum.node;

import java.util.List;

/**
 * What blocks asked for, oldest first.
 *
 * @param firstBlock number of the first
 * @param blocks prices of each block, with the tip that a percentile of its transactions paid
 * @param blobGasUsed share of the most blob gas that each block could hold, 0 to 1
 * @param next prices of the block after them, with the median tip of those with transactions
 */
public record FeeHistory(
    long firstBlock, List<FeeMarket> blocks, List<Double> blobGasUsed, FeeMarket next) {
  public FeeHistory {
    blocks = List.copyOf(blocks);
    blobGasUsed = List.copyOf(blobGasUsed);
  }
}
