package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.Confirmation;
import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How fast and how patiently to publish.
 *
 * @param maxInFlight transactions per account that are broadcast and not included, 1 to 16
 * @param pollInterval how often the chain is asked for news
 * @param patience how long a transaction that pays enough may be pending, a node may fail, or
 *     another publisher may hold an account, before publishing gives up with a report
 * @param confirmation when a block counts as one that stays
 * @param replaceAfter how long a transaction may be pending that the market has overtaken, before
 *     it is replaced at higher fees
 * @param share of the blob space below the chain's target that others leave, which is filled; above
 *     0, at most 1
 * @param deadline when everything should stand, or null: nothing is signed after it, and blocks are
 *     filled beyond {@code share} where that is needed to keep it
 * @param lease how long an account stays reserved for a publisher that no longer answers
 */
public record PublishPolicy(
    FeePolicy fees,
    int maxInFlight,
    Duration pollInterval,
    Duration patience,
    Confirmation confirmation,
    Duration replaceAfter,
    double share,
    Instant deadline,
    Duration lease)
    implements Serializable {
  private static final long serialVersionUID = 2L;
  private static final int POOL_LIMIT = 16;

  public PublishPolicy {
    if (maxInFlight < 1 || maxInFlight > POOL_LIMIT) {
      throw new InvalidInputException(
          "%d transactions in flight, expected 1 to %d".formatted(maxInFlight, POOL_LIMIT));
    }
    if (isNotPositive(pollInterval)
        || patience.isNegative()
        || isNotPositive(replaceAfter)
        || lease.toSeconds() < 1) {
      throw new InvalidInputException(
          "Poll interval %s, patience %s, replacement after %s, lease of %s"
              .formatted(pollInterval, patience, replaceAfter, lease));
    }
    if (!(share > 0 && share <= 1)) {
      throw new InvalidInputException(
          "Share %s of spare blob space, expected above 0 and at most 1".formatted(share));
    }
  }

  private static boolean isNotPositive(Duration duration) {
    return duration.isNegative() || duration.isZero();
  }

  /**
   * 16 in flight, news every 2 seconds, 30 minutes of patience, finality, replacement after 2
   * minutes, all spare blob space, no deadline, leases of 2 minutes.
   */
  public static PublishPolicy defaults() {
    return new PublishPolicy(
        FeePolicy.defaults(),
        POOL_LIMIT,
        Duration.ofSeconds(2),
        Duration.ofMinutes(30),
        Confirmation.finalized(),
        Duration.ofMinutes(2),
        1,
        null,
        Duration.ofMinutes(2));
  }

  public PublishPolicy withFees(FeePolicy policy) {
    return new PublishPolicy(
        policy,
        maxInFlight,
        pollInterval,
        patience,
        confirmation,
        replaceAfter,
        share,
        deadline,
        lease);
  }

  public PublishPolicy withMaxInFlight(int transactions) {
    return new PublishPolicy(
        fees,
        transactions,
        pollInterval,
        patience,
        confirmation,
        replaceAfter,
        share,
        deadline,
        lease);
  }

  public PublishPolicy withPollInterval(Duration interval) {
    return new PublishPolicy(
        fees, maxInFlight, interval, patience, confirmation, replaceAfter, share, deadline, lease);
  }

  public PublishPolicy withPatience(Duration limit) {
    return new PublishPolicy(
        fees, maxInFlight, pollInterval, limit, confirmation, replaceAfter, share, deadline, lease);
  }

  public PublishPolicy withConfirmation(Confirmation when) {
    return new PublishPolicy(
        fees, maxInFlight, pollInterval, patience, when, replaceAfter, share, deadline, lease);
  }

  public PublishPolicy withReplaceAfter(Duration pending) {
    return new PublishPolicy(
        fees, maxInFlight, pollInterval, patience, confirmation, pending, share, deadline, lease);
  }

  public PublishPolicy withShare(double ofSpareBlobs) {
    return new PublishPolicy(
        fees,
        maxInFlight,
        pollInterval,
        patience,
        confirmation,
        replaceAfter,
        ofSpareBlobs,
        deadline,
        lease);
  }

  /** Null for none. */
  public PublishPolicy withDeadline(Instant instant) {
    return new PublishPolicy(
        fees,
        maxInFlight,
        pollInterval,
        patience,
        confirmation,
        replaceAfter,
        share,
        instant,
        lease);
  }

  public PublishPolicy withLease(Duration duration) {
    return new PublishPolicy(
        fees,
        maxInFlight,
        pollInterval,
        patience,
        confirmation,
        replaceAfter,
        share,
        deadline,
        duration);
  }

  Optional<Instant> until() {
    return Optional.ofNullable(deadline);
  }
}
