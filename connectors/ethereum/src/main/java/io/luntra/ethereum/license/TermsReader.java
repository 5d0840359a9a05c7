package io.luntra.ethereum.license;

import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.util.Arrays;
import org.web3j.abi.datatypes.generated.Uint32;

/** Reads the event TermsPublished, as Solidity writes it and no other way. */
final class TermsReader {
  private static final long MAX_VERSION = 0xffffffffL;
  private static final int AMOUNT_BITS = 128;
  private static final int UNIT_BITS = 64;

  private TermsReader() {}

  /**
   * Terms out of an event's data.
   *
   * @param where for messages
   * @throws LuntraException when these are not exactly the bytes of the terms that they say
   */
  static LicenseTerms read(String where, byte[] data) {
    AbiReader reader = new AbiReader(where, data);
    long version = reader.number(MAX_VERSION);
    LicenseTerms terms;
    try {
      terms = terms(reader.struct());
    } catch (InvalidInputException e) {
      throw new LuntraException("%s: malformed data: %s".formatted(where, e.getMessage()), e);
    }
    if (!Arrays.equals(data, TermsStruct.encode(new Uint32(version), TermsStruct.of(terms)))) {
      throw reader.malformed("not as the contract encodes it");
    }
    return terms;
  }

  private static LicenseTerms terms(AbiReader terms) {
    return new LicenseTerms(
        small(terms, Use.ALL),
        terms.address(),
        terms.amount(AMOUNT_BITS),
        terms.list(
            LicenseTerms.MAX_CLASSES,
            row -> new LicenseTerms.ClassPrice(row.bytes32(), row.amount(AMOUNT_BITS))),
        terms.list(
            LicenseTerms.MAX_REGIONS,
            row -> new LicenseTerms.RegionMultiplier(row.bytes32(), bps(row))),
        terms.number(LicenseTerms.MAX_DURATION),
        small(terms, LicenseTerms.MAX_SHORT),
        terms.amount(UNIT_BITS),
        terms.amount(AMOUNT_BITS),
        terms.list(LicenseTerms.MAX_ATTESTERS, AbiReader::address),
        terms.address(),
        small(terms, LicenseTerms.MAX_SHORT),
        small(terms, LicenseTerms.MAX_SHORT),
        small(terms, LicenseTerms.MAX_ROYALTY_BPS),
        terms.list(LicenseTerms.MAX_PAYEES, row -> new LicenseTerms.Payee(row.address(), bps(row))),
        terms.list(
            LicenseTerms.MAX_PARENTS, row -> new LicenseTerms.Royalty(row.bytes32(), bps(row))));
  }

  private static int small(AbiReader terms, int max) {
    return (int) terms.number(max);
  }

  private static int bps(AbiReader row) {
    return small(row, LicenseTerms.MAX_SHORT);
  }
}
