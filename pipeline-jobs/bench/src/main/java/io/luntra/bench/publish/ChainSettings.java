package io.luntra.bench.publish;

import java.math.BigInteger;

/**
 * What a simulated chain follows from.
 *
 * @param missedSlots whether the trace's missed slots are missed
 * @param bpoSlot the slot from which on blocks take 21 blobs on average and 32 at most
 * @param balance of every account at first, in wei
 */
record ChainSettings(
    SlotTrace trace,
    boolean missedSlots,
    long seed,
    long bpoSlot,
    String registry,
    BigInteger balance) {
  static final long CHAIN_ID = 1_337;

  BlobMarket market(long slot) {
    return slot >= bpoSlot ? BlobMarket.BPO3 : BlobMarket.BPO2;
  }
}
