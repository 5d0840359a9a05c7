package io.luntra.jobs.cli;

import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.Erc20;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.license.DraftTerms;
import io.luntra.jobs.license.TermsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "terms",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a file of terms, and shows prices, shares and hash. Sends nothing.",
      "Payees' percentages are of what the royalties to the release's parents leave, and add up to"
          + " 100 %%. Each is rounded down to basis points of the price; the first payee gets what"
          + " remains.",
      "With a release: with the royalties that its parents ask for now, and the token's decimals"
          + " checked. Without: as for a release without parents; needs no chain."
    })
final class LicenseTermsCommand extends JsonCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "The terms, in YAML.")
  private Path file;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME@VERSION",
      description = "The release that they are for.")
  private String name;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  /**
   * What --json gives.
   *
   * @param releaseId null without a release
   */
  record Result(boolean ok, String releaseId, TermsText terms) {}

  @Override
  public Integer call() throws Exception {
    DraftTerms draft = TermsFile.read(file);
    if (name == null) {
      give(draft, null, draft.with(List.of()));
      return 0;
    }
    Market market = Market.of(chain);
    PublishedRelease release = market.release(name, creator);
    give(draft, release.releaseId().toHex(), complete(market, release, draft));
    return 0;
  }

  private void give(DraftTerms draft, String releaseId, LicenseTerms terms) {
    TermsText shown = shown(draft, terms);
    give(
        new Result(true, releaseId, shown),
        "%s is right for %s%n%s"
            .formatted(
                file,
                name == null ? "a release without parents" : name,
                shown.text(draft.currency())));
  }

  static TermsText shown(DraftTerms draft, LicenseTerms terms) {
    return TermsText.of(
        terms,
        draft.currency(),
        Stream.concat(draft.classes().keySet().stream(), draft.regions().keySet().stream())
            .toList());
  }

  /** The terms with what the release's parents ask for now. */
  static LicenseTerms complete(Market market, PublishedRelease release, DraftTerms draft)
      throws InterruptedException {
    Currency found = Erc20.currency(market.node(), draft.currency().address());
    if (!found.equals(draft.currency())) {
      throw new InvalidInputException(
          "decimals: token %s has %d, the terms say %d"
              .formatted(found.name(), found.decimals(), draft.currency().decimals()));
    }
    return draft.with(market.reader().royalties(release.parents()));
  }
}
