package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import java.math.BigInteger;
import java.util.List;

/**
 * A license as the market has it.
 *
 * @param paid in the currency of its terms, usage units included
 * @param termsVersion version of the release's terms that it was bought on
 * @param expiry time from which it gives no access, in seconds since 1970; 0 for never
 * @param unitsBought of usage; 0 when it is not metered
 * @param termsHash of the terms that it was bought on
 */
public record License(
    Bytes32 releaseId,
    BigInteger paid,
    long termsVersion,
    long expiry,
    long seats,
    List<Use> uses,
    BigInteger unitsBought,
    BigInteger unitsUsed,
    Bytes32 termsHash) {
  private static final int AMOUNT_BITS = 128;
  private static final long MAX_INT = 0xffffffffL;
  private static final long MAX_TIME = 0xffffffffffL;
  private static final int WORDS = 9;

  /** Reads what licenseOf answers. */
  static License read(String where, byte[] answer) {
    Words words = new Words(where, answer).exactly(WORDS);
    return new License(
        words.word(0),
        words.amount(1, AMOUNT_BITS),
        words.number(2, MAX_INT),
        words.number(3, MAX_TIME),
        words.number(4, MAX_INT),
        Use.of((int) words.number(5, Use.ALL)),
        words.amount(6, AMOUNT_BITS),
        words.amount(7, AMOUNT_BITS),
        words.word(8));
  }
}
