package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallPolicy;
import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.publish.FeePolicy;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How an ordinary transaction is sent, paid for and waited for. */
final class CallOptions {
  private static final int ETHER_DIGITS = 18;
  private static final int GWEI_DIGITS = 9;

  @Mixin private FromOption from;

  @Option(
      names = "--max-fee",
      paramLabel = "GWEI",
      defaultValue = "100",
      description =
          "Most per unit of gas, tip included; nothing is sent while the next block asks for more."
              + " Default: ${DEFAULT-VALUE}.")
  private BigDecimal maxFee;

  @Option(
      names = "--budget-eth",
      paramLabel = "ETH",
      description = "Hard ceiling over the ether that is sent and the gas that may be used.")
  private BigDecimal budget;

  @Option(
      names = "--confirmations",
      paramLabel = "N|finalized",
      defaultValue = "1",
      description =
          "When a block counts as one that stays: N blocks deep, or finalized by the chain."
              + " Default: ${DEFAULT-VALUE}.")
  private String confirmations;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description =
          "How long to wait for it. The same command later waits on and sends nothing new."
              + " Default: ${DEFAULT-VALUE}.")
  private int patience;

  @Option(
      names = "--calls",
      paramLabel = "FOLDER",
      defaultValue = ".luntra/calls",
      description =
          "Where a transaction is written down before it is sent, so that nothing is sent twice."
              + " Default: ${DEFAULT-VALUE}.")
  private Path calls;

  @Option(
      names = "--dry-run",
      description = "Try it on the newest block and say what it could cost; send nothing.")
  private boolean dryRun;

  boolean dryRun() {
    return dryRun;
  }

  /** The account that sends. */
  Signer signer(SignerSource source) {
    return from.signer(source);
  }

  /** Takes hold of the account. */
  CallSender sender(Node node, Signer signer, Consumer<String> progress)
      throws InterruptedException {
    CallPolicy policy =
        new CallPolicy(
            units("--max-fee", maxFee, GWEI_DIGITS),
            budget == null ? FeePolicy.UNLIMITED : units("--budget-eth", budget, ETHER_DIGITS),
            Confirmation.parse(confirmations),
            Duration.ofSeconds(patience));
    return CallSender.open(node, signer, calls, policy, Pacer.system(), progress);
  }

  private static BigInteger units(String option, BigDecimal value, int digits) {
    try {
      return value.movePointRight(digits).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw new InvalidInputException(
          "%s %s: expected at most %d digits after the point".formatted(option, value, digits), e);
    }
  }
}
