package io.luntra.bench.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import java.math.BigInteger;
import java.util.List;

/**
 * A block of a simulated chain.
 *
 * @param timestamp seconds since 1970
 * @param excessBlobGas as its header has it
 * @param blobBaseFee of its own blobs
 */
record SimulatedBlock(
    long number,
    Bytes32 hash,
    long slot,
    long timestamp,
    BlobMarket market,
    BigInteger baseFee,
    long excessBlobGas,
    BigInteger blobBaseFee,
    List<Ours> ours,
    List<CompetingTransactions.Offer> others) {

  SimulatedBlock {
    ours = List.copyOf(ours);
    others = List.copyOf(others);
  }

  /**
   * A transaction of an account that is not simulated.
   *
   * @param tip per gas that it paid
   * @param acceptedSlot in which the pool first had its nonce
   */
  record Ours(
      SignedBlobTransaction transaction,
      SimulatedRegistry.Result result,
      BigInteger tip,
      long acceptedSlot) {
    int blobs() {
      return transaction.transaction().blobVersionedHashes().size();
    }

    BigInteger cost(BigInteger baseFee, BigInteger blobBaseFee) {
      return baseFee
          .add(tip)
          .multiply(BigInteger.valueOf(result.gasUsed()))
          .add(blobBaseFee.multiply(BigInteger.valueOf(SimulatedPool.blobGas(transaction))));
    }
  }

  int blobs() {
    return blobsOfOurs() + blobsOfOthers();
  }

  int blobsOfOurs() {
    return ours.stream().mapToInt(Ours::blobs).sum();
  }

  int blobsOfOthers() {
    return others.stream().mapToInt(CompetingTransactions.Offer::blobs).sum();
  }

  /** What a transaction in it costs. */
  BigInteger cost(Ours transaction) {
    return transaction.cost(baseFee, blobBaseFee);
  }
}
