package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.FeeMarket;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Decides, for one round of sending, whether a transaction may be paid for, and its caps. */
final class Allowance {
  private final Session session;
  private final FeePolicy fees;
  private final FeeMarket market;
  private final Map<String, BigInteger> balances = new HashMap<>();
  private Waiting.Cause cause = Waiting.Cause.NOTHING;
  private String refusal = "";

  Allowance(Session session) {
    this.session = session;
    this.fees = session.policy().fees();
    this.market = session.fees().next();
  }

  /** Why the last transaction was refused in this round. */
  Waiting.Cause cause() {
    return cause;
  }

  /** The same in words; empty when none was refused. */
  String refusal() {
    return refusal;
  }

  /**
   * Caps for one more transaction of a lane; empty when it has to wait.
   *
   * @throws PublishStoppedException when waiting would not help: nothing in flight could free funds
   */
  Optional<FeeCaps> grant(Lane lane, long gasLimit, int blobs) throws InterruptedException {
    Optional<FeeCaps> caps = fees.caps(market);
    if (caps.isEmpty()) {
      refuse(
          Waiting.Cause.FEES,
          "next block's base fee %s and blob base fee %s, ceilings %s with tip and %s"
              .formatted(
                  market.baseFee(),
                  market.blobBaseFee(),
                  fees.maxFeePerGas(),
                  fees.maxFeePerBlobGas()));
      return Optional.empty();
    }
    BigInteger cost = caps.get().worstCase(gasLimit, blobs);
    return covers(lane, cost, BigInteger.ZERO, true) ? caps : Optional.empty();
  }

  /** Caps in place of those of a transaction in flight; empty when they can't be paid for. */
  Optional<FeeCaps> replacement(Lane lane, InFlight flight) throws InterruptedException {
    FeeCaps old = FeeCaps.of(flight.batch().transaction().transaction());
    Optional<FeeCaps> caps = fees.replacement(old, market);
    if (caps.isEmpty()) {
      refuse(
          Waiting.Cause.FEES,
          "%s is pending at caps of %s and %s per gas, the next block asks for %s and %s; twice as"
                  .formatted(
                      flight.batch().describe(),
                      old.maxFeePerGas(),
                      old.maxFeePerBlobGas(),
                      market.baseFee(),
                      market.blobBaseFee())
              + " much, which a replacement needs, is above the ceilings %s and %s"
                  .formatted(fees.maxFeePerGas(), fees.maxFeePerBlobGas()));
      return Optional.empty();
    }
    BigInteger before = flight.worstCase();
    BigInteger after =
        caps.get()
            .worstCase(
                flight.batch().transaction().transaction().gasLimit(),
                flight.batch().transaction().transaction().blobVersionedHashes().size())
            .max(before);
    return covers(lane, after, before, false) ? caps : Optional.empty();
  }

  /** Whether budget and balance do for so much more in flight, in place of so much. */
  private boolean covers(Lane lane, BigInteger more, BigInteger less, boolean stopForGood)
      throws InterruptedException {
    BigInteger exposure =
        session.lanes().stream().map(Lane::exposure).reduce(BigInteger.ZERO, BigInteger::add);
    BigInteger spent = session.ledger().spent();
    BigInteger committed = spent.add(exposure).subtract(less).add(more);
    if (committed.compareTo(fees.budget()) > 0) {
      refuse(
          stopForGood && exposure.signum() == 0,
          "budget of %s wei: %s spent, %s at most in flight, %s at most for the next transaction;"
                  .formatted(fees.budget(), spent, exposure.subtract(less), more)
              + " %s more are needed to go on".formatted(committed.subtract(fees.budget())));
      return false;
    }
    BigInteger balance = balances.get(lane.account());
    if (balance == null) {
      balance = session.node().balance(lane.account());
      balances.put(lane.account(), balance);
    }
    BigInteger needed = lane.exposure().subtract(less).add(more);
    if (needed.compareTo(balance) > 0) {
      refuse(
          stopForGood && lane.inFlight().isEmpty(),
          "account %s has %s wei, expected at least %s for what is in flight and one more"
              .formatted(lane.account(), balance, needed));
      return false;
    }
    return true;
  }

  private void refuse(boolean forGood, String reason) {
    if (forGood) {
      throw new PublishStoppedException("Stopped before spending: " + reason);
    }
    refuse(Waiting.Cause.FUNDS, reason);
  }

  void refuse(Waiting.Cause why, String reason) {
    cause = why;
    refusal = reason;
  }
}
