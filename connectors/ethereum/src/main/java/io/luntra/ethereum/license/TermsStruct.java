package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.contracts.LicenseMarket;
import java.util.List;
import java.util.function.Function;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** Terms as the contract's binding has them. */
final class TermsStruct {
  private TermsStruct() {}

  static LicenseMarket.Terms of(LicenseTerms terms) {
    return new LicenseMarket.Terms(
        new Uint8(terms.uses()),
        new Address(terms.currency()),
        new Uint128(terms.price()),
        array(
            LicenseMarket.ClassPrice.class,
            terms.classes(),
            row -> new LicenseMarket.ClassPrice(word(row.id()), new Uint128(row.price()))),
        array(
            LicenseMarket.RegionMultiplier.class,
            terms.regions(),
            row ->
                new LicenseMarket.RegionMultiplier(
                    word(row.id()), new Uint16(row.multiplierBps()))),
        new Uint32(terms.duration()),
        new Uint16(terms.seats()),
        new Uint64(terms.units()),
        new Uint128(terms.unitPrice()),
        array(Address.class, terms.attesters(), Address::new),
        new Address(terms.priceRule()),
        new Uint16(terms.minPriceBps()),
        new Uint16(terms.maxPriceBps()),
        new Uint16(terms.royaltyBps()),
        array(
            LicenseMarket.Payee.class,
            terms.payees(),
            row -> new LicenseMarket.Payee(new Address(row.account()), new Uint16(row.bps()))),
        array(
            LicenseMarket.Royalty.class,
            terms.royalties(),
            row -> new LicenseMarket.Royalty(word(row.parent()), new Uint16(row.bps()))));
  }

  /** abi.encode(terms). */
  static byte[] encode(LicenseTerms terms) {
    return encode(of(terms));
  }

  /** abi.encode of these values. */
  static byte[] encode(Type<?>... values) {
    String hex = FunctionEncoder.encodeConstructor(List.of(values));
    return Hex.decode(hex, hex.length() / 2);
  }

  static org.web3j.abi.datatypes.generated.Bytes32 word(Bytes32 value) {
    return new org.web3j.abi.datatypes.generated.Bytes32(value.bytes());
  }

  private static <T, S extends Type<?>> DynamicArray<S> array(
      Class<S> type, List<T> values, Function<T, S> struct) {
    return new DynamicArray<>(type, values.stream().map(struct).toList());
  }
}
