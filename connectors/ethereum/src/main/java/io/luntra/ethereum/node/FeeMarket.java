package io.luntra.ethereum.node;

import java.math.BigInteger;

/**
 * Prices of the next block, in wei per gas.
 *
 * @param tip what the chosen percentile of recent transactions paid above the base fee
 */
public record FeeMarket(BigInteger baseFee, BigInteger blobBaseFee, BigInteger tip) {}
