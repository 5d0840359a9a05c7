package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.LicenseMarket;
import io.luntra.ethereum.node.CallReceipt;
import java.math.BigInteger;
import org.web3j.abi.EventEncoder;

/**
 * A purchase: the event LicenseIssued.
 *
 * @param expiry in seconds since 1970; 0 for never
 * @param classId {@link Bytes32#ZERO} at the full price, as the region
 * @param attester {@link LicenseTerms#NONE} without a voucher
 */
public record IssuedLicense(
    BigInteger tokenId,
    String licensee,
    Bytes32 releaseId,
    long termsVersion,
    int quantity,
    BigInteger price,
    long expiry,
    Bytes32 classId,
    Bytes32 regionId,
    String attester) {
  static final Bytes32 TOPIC =
      Bytes32.fromHex(EventEncoder.encode(LicenseMarket.LICENSEISSUED_EVENT));
  private static final long MAX_INT = 0xffffffffL;
  private static final long MAX_TIME = 0xffffffffffL;
  private static final int AMOUNT_BITS = 128;
  private static final int TOPICS = 4;
  private static final int WORDS = 7;

  private static boolean isOne(CallReceipt.Log log) {
    return log.topics().size() == TOPICS && log.topics().get(0).equals(TOPIC);
  }

  static IssuedLicense read(CallReceipt.Log log) {
    Words words = new Words("Event LicenseIssued", log.data()).exactly(WORDS);
    if (!isOne(log)) {
      throw words.malformed("topics " + log.topics());
    }
    return new IssuedLicense(
        new BigInteger(1, log.topics().get(1).bytes()),
        words.address(log.topics().get(2)),
        log.topics().get(3),
        words.number(0, MAX_INT),
        (int) words.number(1, LicenseTerms.MAX_SHORT),
        words.amount(2, AMOUNT_BITS),
        words.number(3, MAX_TIME),
        words.word(4),
        words.word(5),
        words.address(6));
  }
}
