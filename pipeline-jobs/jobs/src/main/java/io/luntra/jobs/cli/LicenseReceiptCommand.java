package io.luntra.jobs.cli;

import io.luntra.ethereum.license.Statement;
import io.luntra.ethereum.signer.Signer;
import java.math.BigInteger;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "receipt",
    mixinStandardHelpOptions = true,
    description =
        "Signs how many usage units of a license were used since it was bought, as the owner of the"
            + " model or an attester of the license's terms; luntra license meter hands it in.")
final class LicenseReceiptCommand extends SigningCommand {
  private static final int AMOUNT_BITS = 128;

  @Parameters(paramLabel = "TOKEN", description = "Number of the license.")
  private String token;

  @Option(
      names = "--units",
      paramLabel = "N",
      required = true,
      description = "All units used so far, not only those since the last receipt.")
  private String units;

  @Override
  public Integer call() throws Exception {
    BigInteger tokenId = Market.token(token);
    BigInteger used = Market.number("--units", units, AMOUNT_BITS);
    Signer signer = signer();
    Market market = Market.of(chain());
    market.reader().license(tokenId);
    return sign(
        market,
        signer,
        Statement.Kind.RECEIPT,
        Map.of("tokenId", tokenId.toString(), "cumulativeUnits", used.toString()));
  }
}
