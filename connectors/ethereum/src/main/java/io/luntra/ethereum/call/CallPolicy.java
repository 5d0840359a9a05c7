package io.luntra.ethereum.call;

import io.luntra.ethereum.node.Confirmation;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.time.Duration;

/**
 * What a call may cost, and how long it is waited for.
 *
 * @param maxFeePerGas ceiling in wei, tip included
 * @param budget ceiling in wei over what it brings and all gas that it may use, at the fee cap
 * @param confirmation when its block counts as one that stays
 * @param patience how long it is waited for; the transaction stays pending after it
 */
public record CallPolicy(
    BigInteger maxFeePerGas, BigInteger budget, Confirmation confirmation, Duration patience) {
  public CallPolicy {
    if (maxFeePerGas.signum() <= 0 || budget.signum() < 0 || patience.isNegative()) {
      throw new InvalidInputException(
          "Call: fee ceiling %s, budget %s, patience %s".formatted(maxFeePerGas, budget, patience));
    }
  }
}
