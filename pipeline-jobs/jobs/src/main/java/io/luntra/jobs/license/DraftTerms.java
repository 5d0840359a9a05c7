package io.luntra.jobs.license;

import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.Use;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Terms before it is known what the release's parents ask for. Words of classes and regions keep
 * the order of the file.
 *
 * @param classes prices, in the currency's smallest unit
 * @param regions multipliers, in basis points
 * @param payees with their percentages of what royalties leave, in hundredths; 10,000 together
 */
public record DraftTerms(
    List<Use> uses,
    Currency currency,
    BigInteger price,
    Map<String, BigInteger> classes,
    Map<String, Integer> regions,
    long duration,
    int seats,
    BigInteger units,
    BigInteger unitPrice,
    List<String> attesters,
    String priceRule,
    int minPriceBps,
    int maxPriceBps,
    int royaltyBps,
    List<LicenseTerms.Payee> payees) {
  public DraftTerms {
    uses = List.copyOf(uses);
    classes = Collections.unmodifiableMap(new LinkedHashMap<>(classes));
    regions = Collections.unmodifiableMap(new LinkedHashMap<>(regions));
    attesters = List.copyOf(attesters);
    payees = List.copyOf(payees);
  }

  /**
   * The terms of a release whose parents ask for these royalties.
   *
   * @throws io.luntra.failure.InvalidInputException when they are none that the contract takes
   */
  public LicenseTerms with(List<LicenseTerms.Royalty> royalties) {
    return new LicenseTerms(
        Use.mask(uses),
        currency.address(),
        price,
        classes.entrySet().stream()
            .map(row -> new LicenseTerms.ClassPrice(LicenseTerms.id(row.getKey()), row.getValue()))
            .toList(),
        regions.entrySet().stream()
            .map(
                row ->
                    new LicenseTerms.RegionMultiplier(
                        LicenseTerms.id(row.getKey()), row.getValue()))
            .toList(),
        duration,
        seats,
        units,
        unitPrice,
        attesters,
        priceRule,
        minPriceBps,
        maxPriceBps,
        royaltyBps,
        Shares.of(payees, royalties),
        royalties);
  }
}
