package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.MarketReceipt;
import io.luntra.ethereum.license.Offer;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.jobs.license.DraftTerms;
import io.luntra.jobs.license.TermsFile;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "publish",
    mixinStandardHelpOptions = true,
    description = {
      "Puts a release on sale on the terms of a file, or on other terms from now on. Only the owner"
          + " of its model can.",
      "The royalties to its parents are filled in from the chain; payees share what these leave, see"
          + " luntra license terms. Terms stand for good: licenses that were bought keep theirs.",
      "Sends nothing when these are the latest terms already."
    })
final class LicensePublishCommand extends CallCommand {
  @Parameters(index = "0", paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Parameters(index = "1", paramLabel = "FILE", description = "The terms, in YAML.")
  private Path file;

  @Mixin private CreatorOption creator;

  /** What came of it. */
  record Published(String releaseId, long version, TermsText terms) {
    @Override
    public String toString() {
      return "terms %d of release %s: %s".formatted(version, releaseId, terms.hash());
    }
  }

  @Override
  public Integer call() throws Exception {
    DraftTerms draft = TermsFile.read(file);
    Market market = Market.of(chain(), node());
    PublishedRelease release = market.release(name, creator);
    LicenseTerms terms = LicenseTermsCommand.complete(market, release, draft);
    TermsText shown = LicenseTermsCommand.shown(draft, terms);
    String purpose =
        "license publish %s (%s): terms %s".formatted(name, release.releaseId(), terms.hash());
    Progress.onStandardError().note(shown.text(draft.currency()).stripTrailing());
    try (CallSender sender = sender(market.node())) {
      if (calls().dryRun() || sender.resume(purpose).isEmpty()) {
        Offer offer = market.reader().offer(release.releaseId());
        if (offer.onSale()
            && market
                .reader()
                .termsHash(release.releaseId(), offer.version())
                .equals(terms.hash())) {
          Published latest = new Published(release.releaseId().toHex(), offer.version(), shown);
          give(
              new Result(true, calls().dryRun(), List.of(), latest),
              "%s: these are its latest terms already; nothing was sent%n  %s%n"
                  .formatted(name, latest));
          return 0;
        }
      }
      ContractCall call = market.calls().publishTerms(purpose, release.releaseId(), terms);
      return send(
          sender,
          call,
          receipt ->
              new Published(
                  release.releaseId().toHex(),
                  new MarketReceipt(receipt, market.address()).termsVersion(),
                  shown));
    }
  }
}
