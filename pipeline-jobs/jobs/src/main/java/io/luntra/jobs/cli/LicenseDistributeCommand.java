package io.luntra.jobs.cli;

import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.call.SentCall;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.Erc20;
import io.luntra.ethereum.license.MarketReceipt;
import io.luntra.ethereum.registry.PublishedRelease;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "distribute",
    mixinStandardHelpOptions = true,
    description = {
      "Shares out what derivatives have brought a release, as its terms say. Anybody may.",
      "One transaction for each version of its terms that has something in its pot."
    })
final class LicenseDistributeCommand extends CallCommand {
  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--currency",
      paramLabel = "ETH|ADDRESS",
      defaultValue = "ETH",
      description = "Ether, or an ERC-20 token. Default: ${DEFAULT-VALUE}.")
  private String currencyName;

  @Mixin private CreatorOption creator;

  /** A pot that was shared out, in the currency's smallest unit; the same for people. */
  record Distributed(long version, String currency, String credit, String amount) {}

  @Override
  public Integer call() throws Exception {
    String address = LicenseBalanceCommand.currency("--currency", currencyName);
    Market market = Market.of(chain(), node());
    PublishedRelease release = market.release(name, creator);
    Currency currency = Erc20.currency(market.node(), address);
    long latest = market.reader().offer(release.releaseId()).version();
    List<Sent> rows = new ArrayList<>();
    List<Distributed> pots = new ArrayList<>();
    try (CallSender sender = sender(market.node())) {
      for (long version = 1; version <= latest; version++) {
        String purpose =
            "license distribute %s (%s): terms %d, %s"
                .formatted(name, release.releaseId(), version, currency.name());
        Optional<SentCall> sent = calls().dryRun() ? Optional.empty() : sender.resume(purpose);
        BigInteger pot = market.reader().pot(release.releaseId(), version, address);
        if (sent.isEmpty() && pot.signum() == 0) {
          continue;
        }
        ContractCall call =
            market
                .calls()
                .distribute(
                    purpose,
                    release.releaseId(),
                    version,
                    address,
                    market.reader().terms(release.releaseId(), version));
        if (calls().dryRun()) {
          rows.add(quoted(sender, call));
          pots.add(distributed(version, currency, pot));
          continue;
        }
        SentCall done = sent.isPresent() ? sent.get() : sender.send(call);
        sender.acknowledge();
        rows.add(sent(call, sender.account(), done));
        pots.add(
            distributed(
                version,
                currency,
                new MarketReceipt(done.receipt(), market.address()).distributed()));
      }
    }
    give(new Result(true, calls().dryRun(), rows, pots), text(pots));
    return 0;
  }

  private static Distributed distributed(long version, Currency currency, BigInteger amount) {
    return new Distributed(version, currency.name(), amount.toString(), currency.format(amount));
  }

  private String text(List<Distributed> pots) {
    if (pots.isEmpty()) {
      return "%s: nothing to share out%n".formatted(name);
    }
    StringBuilder text = new StringBuilder();
    for (Distributed pot : pots) {
      text.append(
          "%s: %s %s by terms %d%n"
              .formatted(
                  name,
                  pot.amount(),
                  calls().dryRun() ? "would be shared out" : "shared out",
                  pot.version()));
    }
    return text.toString();
  }
}
