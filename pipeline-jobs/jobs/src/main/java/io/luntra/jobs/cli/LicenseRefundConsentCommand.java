package io.luntra.jobs.cli;

import io.luntra.ethereum.license.Statement;
import io.luntra.ethereum.signer.Signer;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "refund-consent",
    mixinStandardHelpOptions = true,
    description =
        "Signs, as the licensee, that a license may end for an amount; the owner of the model pays"
            + " it with luntra license refund.")
final class LicenseRefundConsentCommand extends SigningCommand {
  @Parameters(paramLabel = "TOKEN", description = "Number of the license.")
  private String token;

  @Option(
      names = "--amount",
      paramLabel = "AMOUNT",
      required = true,
      description = "What is paid back, in the currency that the license was bought in.")
  private String amount;

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      defaultValue = "7d",
      description = "How long the consent holds. Default: ${DEFAULT-VALUE}.")
  private String valid;

  @Override
  public Integer call() throws Exception {
    BigInteger tokenId = Market.token(token);
    Signer signer = signer();
    Market market = Market.of(chain());
    String licensee = market.reader().licensee(tokenId);
    if (!licensee.equals(signer.address())) {
      throw new InvalidInputException(
          "License %s is that of %s, not of %s".formatted(token, licensee, signer.address()));
    }
    BigInteger back = Market.amount("--amount", market.bought(tokenId).currency(), amount);
    return sign(
        market,
        signer,
        Statement.Kind.REFUND,
        Map.of(
            "tokenId",
            tokenId.toString(),
            "amount",
            back.toString(),
            "deadline",
            Long.toString(market.deadline("--valid", valid))));
  }
}
