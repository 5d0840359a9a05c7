package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.Use;
import io.luntra.jobs.license.TimeSpan;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Terms as commands show them. Amounts are in the currency's smallest unit, in decimal.
 *
 * @param hash by which the contract knows them
 * @param duration seconds; 0 for good
 * @param prices of each class in each region, without the price rule
 */
record TermsText(
    String hash,
    List<String> uses,
    String currency,
    int decimals,
    long duration,
    int seats,
    String units,
    String unitPrice,
    List<String> attesters,
    String priceRule,
    int minPriceBps,
    int maxPriceBps,
    int royaltyBps,
    List<LicenseTerms.Payee> payees,
    List<Share> royalties,
    List<Price> prices) {
  private static final String FULL = "full price";
  private static final String ANYWHERE = "no region";

  /** A parent's share of the price. */
  record Share(String parent, int bps) {}

  /**
   * A price.
   *
   * @param buyers word or id of the class; null for the full price
   * @param region likewise; null for none
   */
  record Price(String buyers, String region, String price) {}

  /**
   * Shows terms.
   *
   * @param words that name classes and regions, as far as they are known
   */
  static TermsText of(LicenseTerms terms, Currency currency, List<String> words) {
    Map<Bytes32, String> names =
        words.stream().distinct().collect(Collectors.toMap(LicenseTerms::id, word -> word));
    Map<String, Bytes32> classes = new LinkedHashMap<>();
    classes.put(null, Bytes32.ZERO);
    terms.classes().forEach(row -> classes.put(name(names, row.id()), row.id()));
    Map<String, Bytes32> regions = new LinkedHashMap<>();
    regions.put(null, Bytes32.ZERO);
    terms.regions().forEach(row -> regions.put(name(names, row.id()), row.id()));
    List<Price> prices = new ArrayList<>();
    classes.forEach(
        (buyers, classId) ->
            regions.forEach(
                (region, regionId) ->
                    prices.add(
                        new Price(buyers, region, terms.itemPrice(classId, regionId).toString()))));
    return new TermsText(
        terms.hash().toHex(),
        Use.of(terms.uses()).stream().map(Use::id).toList(),
        currency.name(),
        currency.decimals(),
        terms.duration(),
        terms.seats(),
        terms.units().toString(),
        terms.unitPrice().toString(),
        terms.attesters(),
        terms.priceRule().equals(LicenseTerms.NONE) ? null : terms.priceRule(),
        terms.minPriceBps(),
        terms.maxPriceBps(),
        terms.royaltyBps(),
        terms.payees(),
        terms.royalties().stream()
            .map(royalty -> new Share(royalty.parent().toHex(), royalty.bps()))
            .toList(),
        prices);
  }

  private static String name(Map<Bytes32, String> names, Bytes32 id) {
    return names.getOrDefault(id, id.toHex());
  }

  /** For people. */
  String text(Currency unit) {
    StringBuilder text = new StringBuilder();
    text.append("  terms %s%n".formatted(hash));
    text.append(
        "  for %s; %s, %d seats%s%n"
            .formatted(
                String.join(", ", uses),
                duration == 0 ? "for good" : "for " + TimeSpan.text(duration),
                seats,
                units.equals("0") ? "" : ", %s usage units".formatted(units)));
    if (!unitPrice.equals("0")) {
      text.append(
          "  each further usage unit %s%n".formatted(unit.format(new BigInteger(unitPrice))));
    }
    if (priceRule != null) {
      text.append(
          "  rule %s moves prices between %s and %s of these%n"
              .formatted(priceRule, percent(minPriceBps), percent(maxPriceBps)));
    }
    text.append(table(unit));
    attesters.forEach(account -> text.append("  attester %s%n".formatted(account)));
    payees.forEach(
        payee ->
            text.append(
                "  %s gets %,d of 10,000 basis points%n".formatted(payee.account(), payee.bps())));
    royalties.forEach(
        share ->
            text.append(
                "  parent %s gets %,d of 10,000 basis points%n"
                    .formatted(share.parent(), share.bps())));
    if (royaltyBps > 0) {
      text.append("  derivatives owe %s%n".formatted(percent(royaltyBps)));
    }
    return text.toString();
  }

  private String table(Currency unit) {
    TextTable table = new TextTable();
    List<String> regions =
        prices.stream().map(price -> shown(price.region(), ANYWHERE)).distinct().toList();
    List<String> head = new ArrayList<>(regions);
    head.add(0, "price");
    table.row(head.toArray(String[]::new));
    for (int i = 0; i < prices.size(); i += regions.size()) {
      List<String> row = new ArrayList<>();
      row.add(shown(prices.get(i).buyers(), FULL));
      prices.subList(i, i + regions.size()).stream()
          .map(price -> unit.format(new BigInteger(price.price())))
          .forEach(row::add);
      table.row(row.toArray(String[]::new));
    }
    return table.toString();
  }

  /** Ids are cut to what tells them apart. */
  private static String shown(String word, String otherwise) {
    return word == null ? otherwise : word.startsWith("0x") ? word.substring(0, 10) + "…" : word;
  }

  private static String percent(int bps) {
    return BigDecimal.valueOf(bps, 2).stripTrailingZeros().toPlainString() + " %";
  }
}
