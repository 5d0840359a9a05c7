package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "topup",
    mixinStandardHelpOptions = true,
    description =
        "Buys more usage units for a license, at the unit price of the terms that it was bought on."
            + " Anybody may pay.")
final class LicenseTopUpCommand extends PayingCommand {
  private static final int UNIT_BITS = 64;

  @Parameters(paramLabel = "TOKEN", description = "Number of the license.")
  private String token;

  @Option(names = "--units", paramLabel = "N", required = true, description = "How many.")
  private String units;

  /** What came of it. */
  record ToppedUp(String tokenId, String units, String price, String amount) {
    @Override
    public String toString() {
      return "license %s: %s more units for %s".formatted(tokenId, units, amount);
    }
  }

  @Override
  public Integer call() throws Exception {
    BigInteger tokenId = Market.token(token);
    BigInteger more = Market.number("--units", units, UNIT_BITS);
    Market market = Market.of(chain(), node());
    Market.Bought bought = market.bought(tokenId);
    LicenseTerms terms = bought.terms();
    String purpose = "license topup %s of %s: %s units".formatted(token, market.address(), units);
    try (CallSender sender = sender(market.node())) {
      Outcome outcome =
          receipt ->
              new ToppedUp(
                  token,
                  units,
                  receipt.unitsPrice().toString(),
                  bought.currency().format(receipt.unitsPrice()));
      Optional<Integer> resumed = resumed(market, sender, purpose, outcome);
      if (resumed.isPresent()) {
        return resumed.get();
      }
      if (terms.unitPrice().signum() == 0) {
        throw new LuntraException("License %s: its terms sell no units".formatted(token));
      }
      BigInteger price = terms.unitPrice().multiply(more);
      return pay(
          market,
          sender,
          market.calls().topUp(purpose, terms, tokenId, more),
          bought.currency(),
          price,
          price,
          outcome);
    }
  }
}
