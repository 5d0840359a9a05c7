package io.luntra.ethereum.publish;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides, for one round of sending, whether a transaction may be paid for, and its caps. */
final class Allowance {
  private final Node node;
  private final FeePolicy fees;
  private final List<Lane> lanes;
  private final BigInteger spent;
  private final Map<String, BigInteger> balances = new HashMap<>();
  private FeeMarket market;
  private String refusal = "";

  /**
   * @param spent what the releases cost so far, in wei
   */
  Allowance(Node node, FeePolicy fees, List<Lane> lanes, BigInteger spent) {
    this.node = node;
    this.fees = fees;
    this.lanes = lanes;
    this.spent = spent;
  }

  /** Why the last transaction was refused in this round; empty when none was. */
  String refusal() {
    return refusal;
  }

  /**
   * Caps for one more transaction of a lane; empty when it has to wait.
   *
   * @throws PublishStoppedException when waiting would not help: nothing in flight could free funds
   */
  Optional<FeeCaps> grant(Lane lane, long gasLimit, int blobs) throws InterruptedException {
    if (market == null) {
      market = node.feeMarket(fees.tipPercentile());
    }
    Optional<FeeCaps> caps = fees.caps(market);
    if (caps.isEmpty()) {
      refusal =
          "next block's base fee %s and blob base fee %s, ceilings %s with tip and %s"
              .formatted(
                  market.baseFee(),
                  market.blobBaseFee(),
                  fees.maxFeePerGas(),
                  fees.maxFeePerBlobGas());
      return Optional.empty();
    }
    BigInteger cost = caps.get().worstCase(gasLimit, blobs);
    BigInteger exposure =
        lanes.stream().map(Lane::exposure).reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger committed = spent.add(exposure).add(cost);
    if (committed.compareTo(fees.budget()) > 0) {
      refuse(
          exposure.signum() == 0,
          "budget of %s wei: %s spent, %s at most in flight, %s at most for the next transaction"
              .formatted(fees.budget(), spent, exposure, cost));
      return Optional.empty();
    }
    BigInteger balance = balances.get(lane.account());
    if (balance == null) {
      balance = node.balance(lane.account());
      balances.put(lane.account(), balance);
    }
    BigInteger needed = lane.exposure().add(cost);
    if (needed.compareTo(balance) > 0) {
      refuse(
          lane.inFlight().isEmpty(),
          "account %s has %s wei, expected at least %s for what is in flight and one more"
              .formatted(lane.account(), balance, needed));
      return Optional.empty();
    }
    return caps;
  }

  private void refuse(boolean forGood, String reason) {
    if (forGood) {
      throw new PublishStoppedException("Stopped before spending: " + reason);
    }
    refusal = reason;
  }
}
