package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import java.math.BigInteger;
import java.util.Objects;

/**
 * Where a transaction was included and what it cost; prices in wei per gas.
 *
 * @param transaction hash of the transaction, one of the batch's attempts
 * @param blockTime seconds since 1970; 0 where it is not known
 */
public record Inclusion(
    Bytes32 transaction,
    long blockNumber,
    Bytes32 blockHash,
    long blockTime,
    long gasUsed,
    BigInteger effectiveGasPrice,
    long blobGasUsed,
    BigInteger blobGasPrice) {
  public Inclusion {
    Objects.requireNonNull(transaction, "transaction");
    Objects.requireNonNull(blockHash, "blockHash");
    if (blockNumber < 0
        || blockTime < 0
        || gasUsed < 0
        || blobGasUsed < 0
        || effectiveGasPrice.signum() < 0
        || blobGasPrice.signum() < 0) {
      throw new IllegalArgumentException(
          "Negative number in receipt of block %d: gas %d at %s, blob gas %d at %s"
              .formatted(blockNumber, gasUsed, effectiveGasPrice, blobGasUsed, blobGasPrice));
    }
  }

  /** What the sender paid, in wei. */
  public BigInteger costWei() {
    return effectiveGasPrice
        .multiply(BigInteger.valueOf(gasUsed))
        .add(blobGasPrice.multiply(BigInteger.valueOf(blobGasUsed)));
  }
}
