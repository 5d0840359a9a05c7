package io.luntra.bench.publish;

import java.math.BigInteger;

/**
 * Blobs of a block and how their price follows use: EIP-4844 with the reserve price of EIP-7918.
 *
 * @param target blobs of a block on average
 * @param max most blobs of a block
 * @param updateFraction how slowly the price moves
 */
record BlobMarket(int target, int max, long updateFraction) {
  static final long GAS_PER_BLOB = 131_072;

  /** The schedule since January 2026 (BPO2). */
  static final BlobMarket BPO2 = new BlobMarket(14, 21, 11_684_671);

  /** A later schedule, as clients have it ready (BPO3). */
  static final BlobMarket BPO3 = new BlobMarket(21, 32, 20_609_697);

  /** BLOB_BASE_COST of EIP-7918: execution gas that a blob is worth at least. */
  private static final long BLOB_BASE_COST = 8_192;

  private static final BigInteger MIN_BLOB_BASE_FEE = BigInteger.ONE;

  BlobMarket {
    if (target < 1 || max < target || updateFraction < 1) {
      throw new IllegalArgumentException(
          "Target %d, max %d, update fraction %d".formatted(target, max, updateFraction));
    }
  }

  /** Wei per blob gas (EIP-4844, get_base_fee_per_blob_gas). */
  BigInteger blobBaseFee(long excessBlobGas) {
    return fakeExponential(
        MIN_BLOB_BASE_FEE, BigInteger.valueOf(excessBlobGas), BigInteger.valueOf(updateFraction));
  }

  /** {@code factor * e ** (numerator / denominator)} as EIP-4844 approximates it. */
  static BigInteger fakeExponential(
      BigInteger factor, BigInteger numerator, BigInteger denominator) {
    BigInteger output = BigInteger.ZERO;
    BigInteger term = factor.multiply(denominator);
    for (int i = 1; term.signum() > 0; i++) {
      output = output.add(term);
      term = term.multiply(numerator).divide(denominator.multiply(BigInteger.valueOf(i)));
    }
    return output.divide(denominator);
  }

  /**
   * Excess blob gas of the next block (EIP-7918, calc_excess_blob_gas).
   *
   * @param blobs of this block
   * @param baseFee of this block, wei per gas
   */
  long nextExcess(long excessBlobGas, int blobs, BigInteger baseFee) {
    long used = blobs * GAS_PER_BLOB;
    if (excessBlobGas + used < target * GAS_PER_BLOB) {
      return 0;
    }
    BigInteger reserve = baseFee.multiply(BigInteger.valueOf(BLOB_BASE_COST));
    BigInteger price = blobBaseFee(excessBlobGas).multiply(BigInteger.valueOf(GAS_PER_BLOB));
    return reserve.compareTo(price) > 0
        ? excessBlobGas + used * (max - target) / max
        : excessBlobGas + used - target * GAS_PER_BLOB;
  }

  /** The least excess blob gas at which a blob gas costs as much. */
  long excessFor(BigInteger blobBaseFee) {
    long low = 0;
    long high = updateFraction * 64;
    while (low < high) {
      long middle = (low + high) / 2;
      if (blobBaseFee(middle).compareTo(blobBaseFee) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
