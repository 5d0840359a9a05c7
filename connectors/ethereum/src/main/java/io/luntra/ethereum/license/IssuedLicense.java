package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.rpc.AbiReader;
import java.math.BigInteger;
import java.util.List;

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
  private static final long MAX_INT = 0xffffffffL;
  private static final long MAX_TIME = 0xffffffffffL;
  private static final int AMOUNT_BITS = 128;
  private static final int WORDS = 7;

  /** Reads the event's parameters: those that are indexed, and the others. */
  static IssuedLicense read(List<Bytes32> indexed, AbiReader data) {
    data.exactly(WORDS);
    return new IssuedLicense(
        new BigInteger(1, indexed.get(0).bytes()),
        data.address(indexed.get(1)),
        indexed.get(2),
        data.number(MAX_INT),
        (int) data.number(LicenseTerms.MAX_SHORT),
        data.amount(AMOUNT_BITS),
        data.number(MAX_TIME),
        data.bytes32(),
        data.bytes32(),
        data.address());
  }
}
