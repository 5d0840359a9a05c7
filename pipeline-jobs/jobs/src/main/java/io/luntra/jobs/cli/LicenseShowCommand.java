package io.luntra.jobs.cli;

import io.luntra.ethereum.license.License;
import io.luntra.ethereum.license.Use;
import io.luntra.ethereum.node.Confirmation;
import java.math.BigInteger;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows a license: who holds it, what it allows, until when, what it cost.")
final class LicenseShowCommand extends JsonCommand {
  @Parameters(paramLabel = "TOKEN", description = "Number of the license.")
  private String token;

  @Mixin private ChainOptions chain;

  /**
   * What --json gives.
   *
   * @param state valid, expired, used up or refunded
   * @param license what it allows now; null when it was refunded
   */
  record Result(boolean ok, String state, IssuedText purchase, Standing license) {}

  /** What a license allows. */
  record Standing(
      List<String> uses, long seats, String unitsBought, String unitsUsed, String paid) {}

  @Override
  public Integer call() throws Exception {
    BigInteger tokenId = Market.token(token);
    Market market = Market.of(chain);
    Market.Bought bought = market.bought(tokenId);
    IssuedText purchase = IssuedText.of(bought);
    if (market.reader().isRefunded(tokenId)) {
      give(new Result(true, "refunded", purchase, null), "%s%n  refunded%n".formatted(purchase));
      return 0;
    }
    License license = market.reader().license(tokenId);
    long now = market.node().head(Confirmation.parse("1")).timestamp();
    String state =
        license.expiry() != 0 && now >= license.expiry()
            ? "expired"
            : license.unitsBought().signum() > 0
                    && license.unitsUsed().compareTo(license.unitsBought()) >= 0
                ? "used up"
                : "valid";
    Standing standing =
        new Standing(
            license.uses().stream().map(Use::id).toList(),
            license.seats(),
            license.unitsBought().toString(),
            license.unitsUsed().toString(),
            license.paid().toString());
    give(
        new Result(true, state, purchase, standing),
        "%s%n  %s: %s; %d seats%s%n"
            .formatted(
                purchase,
                state,
                String.join(", ", standing.uses()),
                standing.seats(),
                license.unitsBought().signum() == 0
                    ? ""
                    : "; %s of %s units used"
                        .formatted(standing.unitsUsed(), standing.unitsBought())));
    return 0;
  }
}
