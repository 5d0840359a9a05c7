package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.license.LicenseOrder;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.SignedStatement;
import io.luntra.ethereum.license.Statement;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "buy",
    mixinStandardHelpOptions = true,
    description = {
      "Buys a license of a release, on its latest terms: at the full price, or by the voucher of an"
          + " attester at the price of a class and a region.",
      "Price and hash of the terms are shown first (--dry-run ends there). --max-price is a hard"
          + " ceiling, which the contract keeps. After a crash, run the same command again: it"
          + " finishes what it sent, and buys nothing twice."
    })
final class LicenseBuyCommand extends PayingCommand {
  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--voucher",
      paramLabel = "FILE",
      description = "An attester's word, from luntra license voucher. Default: the full price.")
  private Path voucherFile;

  @Option(
      names = "--licensee",
      paramLabel = "ADDRESS",
      description = "Account that shall hold the license. Default: the one that pays.")
  private String licensee;

  @Option(
      names = "--quantity",
      paramLabel = "N",
      description = "Items. Default: as many as the voucher says, else 1.")
  private Integer quantity;

  @Option(
      names = "--max-price",
      paramLabel = "AMOUNT",
      required = true,
      description = "Most that all of them may cost, in the terms' currency.")
  private String maxPrice;

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      defaultValue = "1h",
      description =
          "How long the order holds while it waits for a block: 30m, 1h. Default:"
              + " ${DEFAULT-VALUE}.")
  private String valid;

  @Option(
      names = "--terms-hash",
      paramLabel = "HASH",
      description = "Buy on these terms, as luntra license offer showed them, and no others.")
  private String termsHash;

  @Mixin private CreatorOption creator;

  @Override
  public Integer call() throws Exception {
    Optional<SignedStatement> voucher =
        Optional.ofNullable(voucherFile)
            .map(file -> SignedStatement.read(Statement.Kind.VOUCHER, file));
    Market market = Market.of(chain(), node());
    PublishedRelease release = market.release(name, creator);
    try (CallSender sender = sender(market.node())) {
      String holder = CreatorOption.address("--licensee", licensee).orElse(sender.account());
      if (voucher.isPresent()) {
        check(voucher.get().statement(), market, release, holder);
      }
      int items = quantity(voucher);
      String purpose =
          "license buy %s (%s) for %s: %d items for at most %s, %s"
              .formatted(
                  name,
                  release.releaseId(),
                  holder,
                  items,
                  maxPrice,
                  voucher
                      .map(
                          said ->
                              "voucher %s of %s"
                                  .formatted(said.statement().text("nonce"), said.signer()))
                      .orElse("full price"));
      Outcome outcome = receipt -> IssuedText.of(market.bought(receipt.license()));
      Optional<Integer> resumed = resumed(market, sender, purpose, outcome);
      return resumed.isPresent()
          ? resumed.get()
          : buy(market, sender, release, holder, items, voucher, purpose, outcome);
    }
  }

  private int buy(
      Market market,
      CallSender sender,
      PublishedRelease release,
      String holder,
      int items,
      Optional<SignedStatement> voucher,
      String purpose,
      Outcome outcome)
      throws InterruptedException {
    Market.OnSale sale = market.onSale(release);
    if (termsHash != null && !termsHash.equalsIgnoreCase(sale.hash().toHex())) {
      throw new LuntraException(
          "%s: its latest terms, version %d, are %s, expected %s"
              .formatted(name, sale.version(), sale.hash(), termsHash));
    }
    BigInteger ceiling = Market.amount("--max-price", sale.currency(), maxPrice);
    LicenseOrder order =
        new LicenseOrder(
            release.releaseId(), holder, items, ceiling, market.deadline("--valid", valid));
    BigInteger price =
        market.reader().price(sale.terms(), order, word(voucher, "class"), word(voucher, "region"));
    Progress.onStandardError()
        .note(
            "%s for %s: %d items cost %s now, on terms %d, %s"
                .formatted(
                    name,
                    holder,
                    items,
                    sale.currency().format(price),
                    sale.version(),
                    sale.hash()));
    if (price.compareTo(ceiling) > 0) {
      throw new LuntraException(
          "%s costs %s, --max-price is %s"
              .formatted(name, sale.currency().format(price), sale.currency().format(ceiling)));
    }
    ContractCall call =
        voucher.isPresent()
            ? market.calls().buy(purpose, sale.terms(), order, voucher.get())
            : market.calls().buy(purpose, sale.terms(), order);
    boolean moves = !sale.terms().priceRule().equals(LicenseTerms.NONE);
    return pay(market, sender, call, sale.currency(), price, moves ? ceiling : price, outcome);
  }

  private static Bytes32 word(Optional<SignedStatement> voucher, String field) {
    return voucher.map(said -> Bytes32.fromHex(said.statement().text(field))).orElse(Bytes32.ZERO);
  }

  private int quantity(Optional<SignedStatement> voucher) {
    Optional<Integer> said =
        voucher.map(signed -> signed.statement().number("quantity").intValueExact());
    if (quantity != null && said.isPresent() && !said.get().equals(quantity)) {
      throw wrong("quantity", said.get().toString(), quantity.toString());
    }
    return quantity != null ? quantity : said.orElse(1);
  }

  /** What the contract would not find out, or would only call an invalid signature. */
  private void check(Statement voucher, Market market, PublishedRelease release, String holder)
      throws InterruptedException {
    long chainId = market.node().chainId();
    if (voucher.chainId() != chainId) {
      throw wrong("chain", Long.toString(voucher.chainId()), Long.toString(chainId));
    }
    if (!voucher.market().equals(market.address())) {
      throw wrong("market", voucher.market(), market.address());
    }
    if (!voucher.text("releaseId").equals(release.releaseId().toHex())) {
      throw wrong("release", voucher.text("releaseId"), release.releaseId().toHex());
    }
    if (!voucher.text("buyer").equals(holder)) {
      throw wrong("buyer (--licensee)", voucher.text("buyer"), holder);
    }
  }

  private InvalidInputException wrong(String what, String found, String expected) {
    return new InvalidInputException(
        "--voucher %s: %s: expected %s, found %s".formatted(voucherFile, what, expected, found));
  }
}
