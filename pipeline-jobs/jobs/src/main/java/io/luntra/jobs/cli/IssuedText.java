package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.IssuedLicense;
import io.luntra.ethereum.license.LicenseTerms;

/**
 * A purchase as commands show it.
 *
 * @param price in the currency's smallest unit, in decimal
 * @param amount the same for people
 * @param expires time, or "never"
 * @param classId null at the full price, as the region
 * @param attester null without a voucher
 */
record IssuedText(
    String tokenId,
    String licensee,
    String releaseId,
    long termsVersion,
    String termsHash,
    int quantity,
    String price,
    String currency,
    String amount,
    String expires,
    String classId,
    String regionId,
    String attester) {

  static IssuedText of(Market.Bought bought) {
    IssuedLicense license = bought.license();
    Currency currency = bought.currency();
    return new IssuedText(
        license.tokenId().toString(),
        license.licensee(),
        license.releaseId().toHex(),
        license.termsVersion(),
        bought.terms().hash().toHex(),
        license.quantity(),
        license.price().toString(),
        currency.name(),
        currency.format(license.price()),
        Market.time(license.expiry()),
        id(license.classId()),
        id(license.regionId()),
        license.attester().equals(LicenseTerms.NONE) ? null : license.attester());
  }

  private static String id(Bytes32 word) {
    return word.equals(Bytes32.ZERO) ? null : word.toHex();
  }

  @Override
  public String toString() {
    return "license %s of %s for %s, %d items; expires: %s; terms %d, %s"
        .formatted(tokenId, licensee, amount, quantity, expires, termsVersion, termsHash);
  }
}
