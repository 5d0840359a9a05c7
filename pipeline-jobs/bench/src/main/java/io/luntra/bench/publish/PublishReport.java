package io.luntra.bench.publish;

/**
 * What the simulated chain counted while a release was published. The span is that from the slot of
 * the first data blob to the slot of the last, both included; blobs of the seal are not data.
 *
 * @param blobs data blobs that the chain has, the manifest's included
 * @param slots of the span, missed ones too
 * @param spareBlobsPerSlot what others left below the target in the blocks of the span, divided by
 *     its slots; a block in which they took more than the target counts below 0, a missed slot as 0
 * @param filledShare data blobs of what others left
 * @param kBps payload, 1,000 bytes per second of the span
 * @param costWei of all transactions, the seal's included; a decimal number
 * @param inclusionSlots slots from a transaction's acceptance by the pool to its block
 * @param lanes accounts used
 * @param peakHeapBytes the most heap that is live after a collection, looked at every 20 slots
 * @param blobsPerTransaction mean over the transactions with data
 * @param blobBaseFeeStartWei in the first block of the span
 * @param blobBaseFeeEndWei in the last block of the span
 * @param blobBaseFeeMeanWei over the blocks of the span
 * @param blobBaseFeeMeanWithoutOursWei of the same blocks, had nothing been published
 * @param missedSlots of the span
 * @param transactions the seal's included
 */
public record PublishReport(
    int blobs,
    long slots,
    double spareBlobsPerSlot,
    double filledShare,
    double kBps,
    String costWei,
    Percentiles inclusionSlots,
    int lanes,
    long peakHeapBytes,
    double blobsPerTransaction,
    String blobBaseFeeStartWei,
    String blobBaseFeeEndWei,
    String blobBaseFeeMeanWei,
    String blobBaseFeeMeanWithoutOursWei,
    long missedSlots,
    int transactions) {

  /** Numbers that half, and 95 %, of all do not exceed. */
  public record Percentiles(long p50, long p95) {}
}
