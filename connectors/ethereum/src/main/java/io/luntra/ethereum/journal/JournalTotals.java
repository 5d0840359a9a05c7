package io.luntra.ethereum.journal;

import java.math.BigInteger;
import java.util.List;

/**
 * What included transactions used, reverted ones and cancellations too.
 *
 * @param costWei wei, execution and blobs
 */
public record JournalTotals(int transactions, long gasUsed, long blobGasUsed, BigInteger costWei) {
  public static JournalTotals of(List<JournaledBatch> batches) {
    List<Inclusion> included = batches.stream().flatMap(b -> b.inclusion().stream()).toList();
    return new JournalTotals(
        included.size(),
        included.stream().mapToLong(Inclusion::gasUsed).sum(),
        included.stream().mapToLong(Inclusion::blobGasUsed).sum(),
        included.stream().map(Inclusion::costWei).reduce(BigInteger.ZERO, BigInteger::add));
  }
}
