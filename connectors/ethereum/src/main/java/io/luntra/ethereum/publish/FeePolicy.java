package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.FeeMarket;
import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What may be paid; all in wei. Caps are twice the next block's base fees, so that a transaction
 * stays valid while fees double (six full blocks, EIP-1559), at least 1 gwei per blob gas, and
 * never above the ceilings.
 *
 * @param maxFeePerGas ceiling per unit of gas, tip included
 * @param maxFeePerBlobGas ceiling per unit of blob gas
 * @param minTip least tip per unit of gas; the market's is taken when it is higher
 * @param tipPercentile which recent transactions the tip goes by, 0 to 100
 * @param budget ceiling over what the releases cost so far and what is in flight could cost
 */
public record FeePolicy(
    BigInteger maxFeePerGas,
    BigInteger maxFeePerBlobGas,
    BigInteger minTip,
    int tipPercentile,
    BigInteger budget)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);

  /** 2^256 − 1: more than there is. */
  public static final BigInteger UNLIMITED = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);

  public FeePolicy {
    if (maxFeePerGas.signum() <= 0
        || maxFeePerBlobGas.signum() <= 0
        || minTip.signum() < 0
        || budget.signum() < 0
        || tipPercentile < 0
        || tipPercentile > 100) {
      throw new InvalidInputException(
          "Fee policy: ceilings %s and %s, tip from %s at percentile %d, budget %s"
              .formatted(maxFeePerGas, maxFeePerBlobGas, minTip, tipPercentile, budget));
    }
  }

  /** Ceilings of 100 gwei, tip of the median and at least 0.01 gwei, no budget. */
  public static FeePolicy defaults() {
    BigInteger ceiling = GWEI.multiply(BigInteger.valueOf(100));
    return new FeePolicy(ceiling, ceiling, GWEI.divide(BigInteger.valueOf(100)), 50, UNLIMITED);
  }

  public FeePolicy withBudget(BigInteger wei) {
    return new FeePolicy(maxFeePerGas, maxFeePerBlobGas, minTip, tipPercentile, wei);
  }

  public FeePolicy withMinTip(BigInteger perGas) {
    return new FeePolicy(maxFeePerGas, maxFeePerBlobGas, perGas, tipPercentile, budget);
  }

  public FeePolicy withCeilings(BigInteger perGas, BigInteger perBlobGas) {
    return new FeePolicy(perGas, perBlobGas, minTip, tipPercentile, budget);
  }

  /** Empty when the next block asks for more than a ceiling. */
  Optional<FeeCaps> caps(FeeMarket market) {
    BigInteger tip = market.tip().max(minTip);
    if (market.baseFee().add(tip).compareTo(maxFeePerGas) > 0
        || market.blobBaseFee().compareTo(maxFeePerBlobGas) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        new FeeCaps(
            tip,
            market.baseFee().shiftLeft(1).add(tip).min(maxFeePerGas),
            market.blobBaseFee().shiftLeft(1).max(GWEI).min(maxFeePerBlobGas)));
  }

  /**
   * Caps of a replacement: pools ask for at least twice each of the old ones, and doubling alone
   * would lag a market that rises faster. Empty when a ceiling forbids it.
   */
  Optional<FeeCaps> replacement(FeeCaps old, FeeMarket market) {
    BigInteger tip = old.maxPriorityFeePerGas().shiftLeft(1).max(market.tip()).max(minTip);
    BigInteger perGas = old.maxFeePerGas().shiftLeft(1).max(market.baseFee().shiftLeft(1).add(tip));
    BigInteger perBlobGas =
        old.maxFeePerBlobGas().shiftLeft(1).max(market.blobBaseFee().shiftLeft(1));
    if (old.maxFeePerGas().shiftLeft(1).compareTo(maxFeePerGas) > 0
        || old.maxFeePerBlobGas().shiftLeft(1).compareTo(maxFeePerBlobGas) > 0
        || market.baseFee().add(tip).compareTo(maxFeePerGas) > 0
        || market.blobBaseFee().compareTo(maxFeePerBlobGas) > 0) {
      return Optional.empty();
    }
    return Optional.of(
        new FeeCaps(tip, perGas.min(maxFeePerGas), perBlobGas.min(maxFeePerBlobGas)));
  }
}
