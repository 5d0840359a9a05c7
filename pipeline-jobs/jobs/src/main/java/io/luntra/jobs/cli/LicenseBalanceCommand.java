package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.Erc20;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "balance",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what an account may withdraw, and what derivatives have brought a release that is not"
          + " shared out yet: its pots, one per version of its terms.",
      "In ether, and in the tokens that are named."
    })
final class LicenseBalanceCommand extends JsonCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "NAME@VERSION",
      description = "Release whose pots are shown.")
  private String name;

  @Option(names = "--account", paramLabel = "ADDRESS", description = "Who is owed.")
  private String account;

  @Option(
      names = "--token",
      paramLabel = "ADDRESS",
      split = ",",
      description = "ERC-20 tokens to look for, too.")
  private List<String> tokens = List.of();

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;

  /** An amount in a currency's smallest unit; the same for people. */
  record Credit(String currency, String credit, String amount) {}

  /** What is in a pot. */
  record Pot(long version, String currency, String credit, String amount) {}

  /** What --json gives. */
  record Result(
      boolean ok, String account, List<Credit> credits, String releaseId, List<Pot> pots) {}

  @Override
  public Integer call() throws Exception {
    if (account == null && name == null) {
      throw new InvalidInputException("Give --account, or a release, or both");
    }
    Market market = Market.of(chain);
    List<Currency> currencies = new ArrayList<>(List.of(Currency.ETHER));
    for (String token : tokens) {
      currencies.add(
          Erc20.currency(market.node(), CreatorOption.address("--token", token).orElseThrow()));
    }
    String owed = CreatorOption.address("--account", account).orElse(null);
    List<Credit> credits = owed == null ? List.of() : credits(market, owed, currencies);
    Bytes32 releaseId = name == null ? null : market.release(name, creator).releaseId();
    List<Pot> pots = releaseId == null ? List.of() : pots(market, releaseId, currencies);
    give(
        new Result(true, owed, credits, releaseId == null ? null : releaseId.toHex(), pots),
        text(credits, pots));
    return 0;
  }

  private static List<Credit> credits(Market market, String account, List<Currency> currencies)
      throws InterruptedException {
    List<Credit> credits = new ArrayList<>();
    for (Currency currency : currencies) {
      BigInteger credit = market.reader().credit(account, currency.address());
      credits.add(new Credit(currency.name(), credit.toString(), currency.format(credit)));
    }
    return credits;
  }

  private static List<Pot> pots(Market market, Bytes32 releaseId, List<Currency> currencies)
      throws InterruptedException {
    List<Pot> pots = new ArrayList<>();
    long latest = market.reader().offer(releaseId).version();
    for (long version = 1; version <= latest; version++) {
      for (Currency currency : currencies) {
        BigInteger pot = market.reader().pot(releaseId, version, currency.address());
        if (pot.signum() > 0) {
          pots.add(new Pot(version, currency.name(), pot.toString(), currency.format(pot)));
        }
      }
    }
    return pots;
  }

  private String text(List<Credit> credits, List<Pot> pots) {
    StringBuilder text = new StringBuilder();
    credits.forEach(
        credit -> text.append("%s may withdraw %s%n".formatted(account, credit.amount())));
    pots.forEach(
        pot ->
            text.append(
                "%s: %s to share out by terms %d%n".formatted(name, pot.amount(), pot.version())));
    if (name != null && pots.isEmpty()) {
      text.append("%s: nothing to share out%n".formatted(name));
    }
    return text.toString();
  }

  /** A currency by its name: ETH, or a token's address. */
  static String currency(String option, String name) {
    return name.equals("ETH")
        ? LicenseTerms.NONE
        : CreatorOption.address(option, name).orElseThrow();
  }
}
