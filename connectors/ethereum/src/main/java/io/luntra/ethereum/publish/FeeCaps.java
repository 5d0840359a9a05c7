package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.FeeMarket;
import io.luntra.ethereum.transaction.BlobTransaction;
import java.math.BigInteger;

/** The three caps of a blob transaction, in wei per gas. */
record FeeCaps(
    BigInteger maxPriorityFeePerGas, BigInteger maxFeePerGas, BigInteger maxFeePerBlobGas) {
  static long blobGas(int blobs) {
    return BlobTransaction.GAS_PER_BLOB * blobs;
  }

  /** The most that a transaction can cost, in wei. */
  BigInteger worstCase(long gasLimit, int blobs) {
    return maxFeePerGas
        .multiply(BigInteger.valueOf(gasLimit))
        .add(maxFeePerBlobGas.multiply(BigInteger.valueOf(blobGas(blobs))));
  }

  static FeeCaps of(BlobTransaction transaction) {
    return new FeeCaps(
        transaction.maxPriorityFeePerGas(),
        transaction.maxFeePerGas(),
        transaction.maxFeePerBlobGas());
  }

  /** Whether the market went past them: not payable in the next block, or with too small a tip. */
  boolean isBehind(FeeMarket market) {
    return !isPayable(market) || maxPriorityFeePerGas.compareTo(market.tip()) < 0;
  }

  /** Whether the next block may include a transaction with these caps. */
  boolean isPayable(FeeMarket market) {
    return maxFeePerGas.compareTo(market.baseFee()) >= 0
        && maxFeePerBlobGas.compareTo(market.blobBaseFee()) >= 0;
  }
}
