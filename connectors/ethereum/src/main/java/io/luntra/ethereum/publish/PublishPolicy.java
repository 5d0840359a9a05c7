package io.luntra.ethereum.publish;

import io.luntra.failure.InvalidInputException;
import java.io.Serializable;
import java.time.Duration;

/**
 * How fast and how patiently to publish.
 *
 * @param maxInFlight transactions per account that are broadcast and not included, 1 to 16
 * @param pollInterval how often the chain is asked for news
 * @param patience how long nothing may move, a transaction pending or fees above a ceiling, before
 *     publishing gives up with a report
 */
public record PublishPolicy(
    FeePolicy fees, int maxInFlight, Duration pollInterval, Duration patience)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int POOL_LIMIT = 16;

  public PublishPolicy {
    if (maxInFlight < 1 || maxInFlight > POOL_LIMIT) {
      throw new InvalidInputException(
          "%d transactions in flight, expected 1 to %d".formatted(maxInFlight, POOL_LIMIT));
    }
    if (pollInterval.isNegative() || pollInterval.isZero() || patience.isNegative()) {
      throw new InvalidInputException(
          "Poll interval %s and patience %s".formatted(pollInterval, patience));
    }
  }

  /** 16 in flight, news every 2 seconds, 30 minutes of patience. */
  public static PublishPolicy defaults() {
    return new PublishPolicy(
        FeePolicy.defaults(), POOL_LIMIT, Duration.ofSeconds(2), Duration.ofMinutes(30));
  }

  public PublishPolicy withFees(FeePolicy policy) {
    return new PublishPolicy(policy, maxInFlight, pollInterval, patience);
  }

  public PublishPolicy withMaxInFlight(int transactions) {
    return new PublishPolicy(fees, transactions, pollInterval, patience);
  }

  public PublishPolicy withPollInterval(Duration interval) {
    return new PublishPolicy(fees, maxInFlight, interval, patience);
  }

  public PublishPolicy withPatience(Duration limit) {
    return new PublishPolicy(fees, maxInFlight, pollInterval, limit);
  }
}
