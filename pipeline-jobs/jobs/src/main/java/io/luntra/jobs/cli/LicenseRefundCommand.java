package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.license.SignedStatement;
import io.luntra.ethereum.license.Statement;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "refund",
    mixinStandardHelpOptions = true,
    description =
        "Ends a license for the amount that its licensee consented to, as the owner of the model. The"
            + " licensee withdraws it.")
final class LicenseRefundCommand extends PayingCommand {
  @Parameters(paramLabel = "TOKEN", description = "Number of the license.")
  private String token;

  @Option(
      names = "--consent",
      paramLabel = "FILE",
      required = true,
      description = "From luntra license refund-consent.")
  private Path file;

  /** What came of it. */
  record Refunded(String tokenId, String price, String amount) {
    @Override
    public String toString() {
      return "license %s ended for %s".formatted(tokenId, amount);
    }
  }

  @Override
  public Integer call() throws Exception {
    BigInteger tokenId = Market.token(token);
    SignedStatement consent = SignedStatement.read(Statement.Kind.REFUND, file);
    BigInteger amount = consent.statement().number("amount");
    Market market = Market.of(chain(), node());
    market.requireFor(consent.statement(), "--consent " + file, tokenId);
    Market.Bought bought = market.bought(tokenId);
    String purpose =
        "license refund %s of %s: %s"
            .formatted(token, market.address(), bought.currency().format(amount));
    Outcome outcome =
        receipt ->
            new Refunded(
                token, receipt.refunded().toString(), bought.currency().format(receipt.refunded()));
    try (CallSender sender = sender(market.node())) {
      Optional<Integer> resumed = resumed(market, sender, purpose, outcome);
      return resumed.isPresent()
          ? resumed.get()
          : pay(
              market,
              sender,
              market.calls().refund(purpose, bought.terms(), consent),
              bought.currency(),
              amount,
              amount,
              outcome);
    }
  }
}
