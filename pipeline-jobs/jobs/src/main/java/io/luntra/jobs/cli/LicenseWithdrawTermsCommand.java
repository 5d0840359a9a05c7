package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.registry.PublishedRelease;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "withdraw-terms",
    mixinStandardHelpOptions = true,
    description =
        "Takes a release off sale, until other terms are published. Licenses stay as they are.")
final class LicenseWithdrawTermsCommand extends CallCommand {
  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Mixin private CreatorOption creator;

  @Override
  public Integer call() throws Exception {
    Market market = Market.of(chain(), node());
    PublishedRelease release = market.release(name, creator);
    long version = market.reader().offer(release.releaseId()).version();
    try (CallSender sender = sender(market.node())) {
      return send(
          sender,
          market
              .calls()
              .withdrawTerms(
                  "license withdraw-terms %s (%s): version %d"
                      .formatted(name, release.releaseId(), version),
                  release.releaseId()),
          receipt -> null);
    }
  }
}
