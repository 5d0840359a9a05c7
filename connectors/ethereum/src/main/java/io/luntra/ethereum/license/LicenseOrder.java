package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.LicenseMarket;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint64;

/**
 * What somebody wants to buy.
 *
 * @param licensee who shall hold the license: 0x and 40 lower-case digits
 * @param quantity items, 1 to 65,535
 * @param maxPrice of all of them, in the currency's smallest unit
 * @param deadline last time at which the order holds, in seconds since 1970
 */
public record LicenseOrder(
    Bytes32 releaseId, String licensee, int quantity, BigInteger maxPrice, long deadline) {
  public LicenseOrder {
    if (quantity < 1 || quantity > LicenseTerms.MAX_SHORT) {
      throw new InvalidInputException(
          "quantity: expected 1 to %d, found %d".formatted(LicenseTerms.MAX_SHORT, quantity));
    }
  }

  LicenseMarket.Order struct() {
    return new LicenseMarket.Order(
        TermsStruct.word(releaseId),
        new Address(licensee),
        new Uint16(quantity),
        new Uint128(maxPrice),
        new Uint64(BigInteger.valueOf(deadline)));
  }
}
