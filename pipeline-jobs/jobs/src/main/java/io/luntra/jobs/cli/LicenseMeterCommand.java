package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.license.SignedStatement;
import io.luntra.ethereum.license.Statement;
import java.math.BigInteger;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "meter",
    mixinStandardHelpOptions = true,
    description =
        "Hands in a receipt of usage. Anybody may; one that says no more than the last does"
            + " nothing.")
final class LicenseMeterCommand extends CallCommand {
  @Parameters(paramLabel = "TOKEN", description = "Number of the license.")
  private String token;

  @Option(
      names = "--receipt",
      paramLabel = "FILE",
      required = true,
      description = "From luntra license receipt.")
  private Path file;

  @Override
  public Integer call() throws Exception {
    BigInteger tokenId = Market.token(token);
    SignedStatement receipt = SignedStatement.read(Statement.Kind.RECEIPT, file);
    Market market = Market.of(chain(), node());
    market.requireFor(receipt.statement(), "--receipt " + file, tokenId);
    Market.Bought bought = market.bought(tokenId);
    try (CallSender sender = sender(market.node())) {
      return send(
          sender,
          market
              .calls()
              .meter(
                  "license meter %s of %s: %s units, by %s"
                      .formatted(
                          token,
                          market.address(),
                          receipt.statement().text("cumulativeUnits"),
                          receipt.signer()),
                  bought.terms(),
                  receipt),
          sent -> null);
    }
  }
}
