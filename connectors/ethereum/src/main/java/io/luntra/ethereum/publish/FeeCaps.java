package io.luntra.ethereum.publish;

import io.luntra.ethereum.transaction.BlobTransaction;
import java.math.BigInteger;

/** The three caps of a blob transaction, in wei per gas. */
record FeeCaps(
    BigInteger maxPriorityFeePerGas, BigInteger maxFeePerGas, BigInteger maxFeePerBlobGas) {
  private static final long BLOB_GAS = 131_072;

  /** The most that a transaction can cost, in wei. */
  BigInteger worstCase(long gasLimit, int blobs) {
    return maxFeePerGas
        .multiply(BigInteger.valueOf(gasLimit))
        .add(maxFeePerBlobGas.multiply(BigInteger.valueOf(BLOB_GAS * blobs)));
  }

  static BigInteger worstCase(BlobTransaction transaction) {
    return new FeeCaps(
            transaction.maxPriorityFeePerGas(),
            transaction.maxFeePerGas(),
            transaction.maxFeePerBlobGas())
        .worstCase(transaction.gasLimit(), transaction.blobVersionedHashes().size());
  }
}
