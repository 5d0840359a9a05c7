package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.rpc.AbiReader;
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
  static final int WORDS = 9;

  /** Reads what licenseOf answers. */
  static License read(AbiReader answer) {
    answer.exactly(WORDS);
    return new License(
        answer.bytes32(),
        answer.amount(AMOUNT_BITS),
        answer.number(MAX_INT),
        answer.number(MAX_TIME),
        answer.number(MAX_INT),
        Use.of((int) answer.number(Use.ALL)),
        answer.amount(AMOUNT_BITS),
        answer.amount(AMOUNT_BITS),
        answer.bytes32());
  }
}
