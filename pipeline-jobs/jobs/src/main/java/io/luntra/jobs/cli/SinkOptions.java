package io.luntra.jobs.cli;

import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.publish.FeePolicy;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How transactions are journaled, paid for, paced and confirmed. */
final class SinkOptions {
  private static final int ETHER_DIGITS = 18;
  private static final int GWEI_DIGITS = 9;

  @Mixin private SinkLocations locations;

  @Option(
      names = "--budget-eth",
      paramLabel = "ETH",
      description =
          "Hard ceiling over what these releases cost and what is under way could cost at most. For"
              + " a MODEL as entropy without another goal, also what its size is chosen for.")
  private BigDecimal budget;

  @Option(
      names = "--max-fee",
      paramLabel = "GWEI",
      defaultValue = "100",
      description =
          "Most per unit of gas, tip included; while the next block asks for more, nothing is sent."
              + " Default: ${DEFAULT-VALUE}.")
  private BigDecimal maxFee;

  @Option(
      names = "--max-blob-fee",
      paramLabel = "GWEI",
      defaultValue = "100",
      description =
          "Most per unit of blob gas; waits for cheaper hours, and says for how long."
              + " Default: ${DEFAULT-VALUE}.")
  private BigDecimal maxBlobFee;

  @Option(
      names = "--min-tip",
      paramLabel = "GWEI",
      defaultValue = "0.01",
      description =
          "Least tip per unit of gas; more where recent blob transactions paid more."
              + " Default: ${DEFAULT-VALUE}.")
  private BigDecimal minTip;

  @Option(
      names = "--confirmations",
      paramLabel = "N|finalized",
      defaultValue = "finalized",
      description =
          "When a block counts as one that stays: finalized by the chain, or N blocks deep. The"
              + " seal waits for it. Default: ${DEFAULT-VALUE}.")
  private String confirmations;

  @Option(
      names = "--share",
      paramLabel = "S",
      defaultValue = "1",
      description =
          "How much to fill of the blob space that others leave below the chain's target, above 0"
              + " and at most 1. More would raise the blob fee. Default: ${DEFAULT-VALUE}.")
  private double share;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description =
          "When all should be sent: an instant such as 2026-12-01T18:00:00Z, or a time from now"
              + " such as 6h or 90m. Fills blocks further where it has to; stops when it passes.")
  private String deadline;

  @Option(
      names = "--replace-after",
      paramLabel = "S",
      defaultValue = "120",
      description =
          "Seconds after which a pending transaction that fees overtook is replaced, at twice its"
              + " caps or more. Default: ${DEFAULT-VALUE}.")
  private long replaceAfter;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      defaultValue = "16",
      description =
          "Transactions of an account that are in no block yet, 1 to 16. Default: ${DEFAULT-VALUE}.")
  private int maxInFlight;

  @Option(
      names = "--no-read-back",
      description =
          "Do not read published blobs from the beacon node before they count as confirmed.")
  private boolean noReadBack;

  @Option(
      names = "--poll-seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "How often the chain is asked for news. Default: ${DEFAULT-VALUE}.")
  private BigDecimal pollSeconds;

  String staging() {
    return locations.staging();
  }

  boolean hasBudget() {
    return budget != null;
  }

  PublishPolicy policy(Instant now) {
    if (replaceAfter < 1) {
      throw new InvalidInputException("--replace-after: %d seconds".formatted(replaceAfter));
    }
    return PublishPolicy.defaults()
        .withPollInterval(Duration.ofMillis(pollSeconds.movePointRight(3).longValue()))
        .withConfirmation(Confirmation.parse(confirmations))
        .withShare(share)
        .withReplaceAfter(Duration.ofSeconds(replaceAfter))
        .withMaxInFlight(maxInFlight)
        .withDeadline(deadline == null ? null : deadline(deadline, now))
        .withFees(fees());
  }

  private FeePolicy fees() {
    FeePolicy fees =
        FeePolicy.defaults()
            .withCeilings(
                wei("--max-fee", maxFee, GWEI_DIGITS),
                wei("--max-blob-fee", maxBlobFee, GWEI_DIGITS))
            .withMinTip(wei("--min-tip", minTip, GWEI_DIGITS));
    return budget == null ? fees : fees.withBudget(wei("--budget-eth", budget, ETHER_DIGITS));
  }

  BlobSinkConfig config(ChainOptions chain, SignerSource keys) {
    return new BlobSinkConfig(
        chain.rpcs().stream().map(URI::toString).toList(),
        noReadBack ? List.of() : chain.beacons().stream().map(URI::toString).toList(),
        chain.registry(),
        locations.staging(),
        locations.journalUrl(),
        keys,
        policy(Instant.now()));
  }

  /** An instant, or so long from now. */
  static Instant deadline(String text, Instant now) {
    try {
      if (text.endsWith("Z")) {
        return Instant.parse(text);
      }
      Duration fromNow = Duration.parse("PT" + text.strip().toUpperCase(Locale.ROOT));
      if (!fromNow.isNegative() && !fromNow.isZero()) {
        return now.plus(fromNow);
      }
    } catch (DateTimeParseException e) {
      throw new InvalidInputException(deadlineExpected(text), e);
    }
    throw new InvalidInputException(deadlineExpected(text));
  }

  private static String deadlineExpected(String text) {
    return "--deadline: expected an instant such as 2026-12-01T18:00:00Z or a time such as 6h, found"
        + " \"%s\"".formatted(text);
  }

  private static BigInteger wei(String option, BigDecimal amount, int digits) {
    try {
      return amount.movePointRight(digits).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw new InvalidInputException(option + ": " + amount + " is no whole number of wei", e);
    }
  }
}
