package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.license.LicenseOrder;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.Statement;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.signer.Signer;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.license.TermsFile;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "voucher",
    mixinStandardHelpOptions = true,
    description = {
      "Signs, as an attester of a release's terms, that a buyer is of a class, and in a region, for"
          + " one purchase. The buyer hands the file to luntra license buy.",
      "Each nonce of an attester is good once; consecutive ones cost the buyer less gas."
    })
final class LicenseVoucherCommand extends SigningCommand {
  private static final int RANDOM_BITS = 128;
  private static final int NONCE_BITS = 256;

  @Parameters(paramLabel = "NAME@VERSION", description = "The release.")
  private String name;

  @Option(
      names = "--buyer",
      paramLabel = "ADDRESS",
      required = true,
      description = "Account that will hold the license.")
  private String buyer;

  @Option(
      names = "--class",
      paramLabel = "WORD",
      description = "Class of buyers that it is of. Default: none, at the full price.")
  private String buyers;

  @Option(
      names = "--region",
      paramLabel = "WORD",
      description = "Region that it is in. Default: none.")
  private String region;

  @Option(
      names = "--quantity",
      paramLabel = "N",
      defaultValue = "1",
      description = "Items. Default: ${DEFAULT-VALUE}.")
  private int quantity;

  @Option(
      names = "--max-price",
      paramLabel = "AMOUNT",
      description =
          "Most that all of them may cost, in the terms' currency. Default: what they cost on the"
              + " latest terms, at most.")
  private String maxPrice;

  @Option(
      names = "--valid",
      paramLabel = "TIME",
      defaultValue = "7d",
      description = "How long it holds: 30m, 12h, 7d. Default: ${DEFAULT-VALUE}.")
  private String valid;

  @Option(
      names = "--nonce",
      paramLabel = "N|random",
      required = true,
      description = "A number that the attester has not used yet.")
  private String nonce;

  @Mixin private CreatorOption creator;

  @Override
  public Integer call() throws Exception {
    String account = CreatorOption.address("--buyer", buyer).orElseThrow();
    Signer attester = signer();
    BigInteger number =
        nonce.equals("random")
            ? new BigInteger(RANDOM_BITS, new SecureRandom())
            : Market.number("--nonce", nonce, NONCE_BITS);
    Market market = Market.of(chain());
    PublishedRelease release = market.release(name, creator);
    Market.OnSale sale = market.onSale(release);
    if (!sale.terms().attesters().contains(attester.address())) {
      throw new InvalidInputException(
          "%s is no attester of the terms of %s: expected one of %s"
              .formatted(attester.address(), name, sale.terms().attesters()));
    }
    if (market.reader().isNonceUsed(attester.address(), number)) {
      throw new InvalidInputException(
          "--nonce: %s was used by %s".formatted(number, attester.address()));
    }
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("buyer", account);
    fields.put("releaseId", release.releaseId().toHex());
    fields.put("quantity", Integer.toString(quantity));
    fields.put("attester", attester.address());
    fields.put("class", id("--class", buyers).toHex());
    fields.put("region", id("--region", region).toHex());
    fields.put("maxPrice", ceiling(sale).toString());
    fields.put("deadline", Long.toString(market.deadline("--valid", valid)));
    fields.put("nonce", number.toString());
    return sign(market, attester, Statement.Kind.VOUCHER, fields);
  }

  private BigInteger ceiling(Market.OnSale sale) {
    BigInteger item;
    try {
      item = sale.terms().itemPrice(id("--class", buyers), id("--region", region));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "--class %s, --region %s: %s".formatted(buyers, region, e.getMessage()), e);
    }
    if (maxPrice != null) {
      return Market.amount("--max-price", sale.currency(), maxPrice);
    }
    boolean moves = !sale.terms().priceRule().equals(LicenseTerms.NONE);
    return item.multiply(BigInteger.valueOf(moves ? sale.terms().maxPriceBps() : LicenseTerms.BPS))
        .divide(BigInteger.valueOf(LicenseTerms.BPS))
        .multiply(
            BigInteger.valueOf(
                new LicenseOrder(Bytes32.ZERO, LicenseTerms.NONE, quantity, item, 0).quantity()));
  }

  private static Bytes32 id(String option, String word) {
    try {
      return word == null ? Bytes32.ZERO : LicenseTerms.id(TermsFile.word(word));
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(option, e.getMessage()), e);
    }
  }
}
