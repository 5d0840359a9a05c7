package io.luntra.jobs.cli;

import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.Erc20;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.Offer;
import io.luntra.ethereum.registry.PublishedRelease;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "offer",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what a release is sold for: its latest terms, and whether it is on sale.",
      "The chain knows classes and regions by the hashes of their words; --words names them."
    })
final class LicenseOfferCommand extends JsonCommand {
  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--words",
      paramLabel = "WORD",
      split = ",",
      description = "Words that may name classes and regions, such as academic,eu.")
  private List<String> words = List.of();

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  /**
   * What --json gives.
   *
   * @param version of the terms; 0 when it never had any
   * @param terms null then
   */
  record Result(
      boolean ok, String releaseId, String market, long version, boolean onSale, TermsText terms) {}

  @Override
  public Integer call() throws Exception {
    Market market = Market.of(chain);
    PublishedRelease release = market.release(name, creator);
    Offer offer = market.reader().offer(release.releaseId());
    String id = release.releaseId().toHex();
    if (offer.version() == 0) {
      give(
          new Result(true, id, market.address(), 0, false, null),
          "%s never had terms%n".formatted(name));
      return 0;
    }
    LicenseTerms terms = market.reader().terms(release.releaseId(), offer.version());
    Currency currency = Erc20.currency(market.node(), terms.currency());
    TermsText shown = TermsText.of(terms, currency, words);
    give(
        new Result(true, id, market.address(), offer.version(), offer.onSale(), shown),
        "%s (%s) is %s, version %d of its terms%n%s"
            .formatted(
                name,
                id,
                offer.onSale() ? "on sale" : "NOT on sale any more",
                offer.version(),
                shown.text(currency)));
    return 0;
  }
}
