package io.luntra.ethereum.license;

import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/**
 * What prices are in.
 *
 * @param address of an ERC-20 token, 0x and 40 lower-case digits; {@link LicenseTerms#NONE} for
 *     ether
 * @param decimals digits after the point, 0 to 36
 */
public record Currency(String address, int decimals) {
  public static final Currency ETHER = new Currency(LicenseTerms.NONE, 18);
  private static final int MAX_DECIMALS = 36;
  private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,39}(\\.[0-9]{1,36})?");
  private static final int AMOUNT_BITS = 128;

  public Currency {
    if (decimals < 0 || decimals > MAX_DECIMALS) {
      throw new InvalidInputException(
          "decimals: expected 0 to %d, found %d".formatted(MAX_DECIMALS, decimals));
    }
  }

  public boolean isEther() {
    return address.equals(LicenseTerms.NONE);
  }

  /** ETH, or the token's address. */
  public String name() {
    return isEther() ? "ETH" : address;
  }

  /**
   * An amount in the smallest unit.
   *
   * @param text a decimal number such as 0.25, without sign, exponent or separators
   * @throws InvalidInputException when it is none, has more digits than the currency, or is not
   *     below 2^128
   */
  public BigInteger parse(String text) {
    if (!AMOUNT.matcher(text).matches()) {
      throw new InvalidInputException(
          "expected a decimal number such as 0.25, found \"%s\"".formatted(text));
    }
    BigDecimal units = new BigDecimal(text).movePointRight(decimals).stripTrailingZeros();
    if (units.scale() > 0) {
      throw new InvalidInputException(
          "%s: expected at most %d digits after the point".formatted(text, decimals));
    }
    BigInteger amount = units.toBigIntegerExact();
    if (amount.bitLength() > AMOUNT_BITS) {
      throw new InvalidInputException("%s %s: more than a price can be".formatted(text, name()));
    }
    return amount;
  }

  /** An amount with its currency, such as {@code 0.25 ETH}. */
  public String format(BigInteger amount) {
    BigDecimal units = new BigDecimal(amount).movePointLeft(decimals);
    String text = units.signum() == 0 ? "0" : units.stripTrailingZeros().toPlainString();
    return text + " " + name();
  }
}
