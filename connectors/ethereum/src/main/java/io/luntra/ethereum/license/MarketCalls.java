package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.LicenseMarket;
import io.luntra.ethereum.call.ContractCall;
import java.math.BigInteger;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;

/**
 * The market's functions that change something, each with the purpose that tells a rerun of it.
 *
 * @param market address of the contract, 0x and 40 lower-case digits
 */
public record MarketCalls(String market) {
  private static final LicenseMarket.Voucher NO_VOUCHER =
      new LicenseMarket.Voucher(
          Address.DEFAULT,
          TermsStruct.word(Bytes32.ZERO),
          TermsStruct.word(Bytes32.ZERO),
          Uint128.DEFAULT,
          Uint64.DEFAULT,
          Uint256.DEFAULT);

  private ContractCall call(String purpose, String function, Type<?>... arguments) {
    return ContractCall.of(
        purpose,
        market,
        FunctionEncoder.encode(new Function(function, List.of(arguments), List.of())));
  }

  public ContractCall publishTerms(String purpose, Bytes32 releaseId, LicenseTerms terms) {
    return call(
        purpose,
        LicenseMarket.FUNC_PUBLISHTERMS,
        TermsStruct.word(releaseId),
        TermsStruct.of(terms));
  }

  public ContractCall withdrawTerms(String purpose, Bytes32 releaseId) {
    return call(purpose, LicenseMarket.FUNC_WITHDRAWTERMS, TermsStruct.word(releaseId));
  }

  /** A purchase at the full price; brings no ether yet. */
  public ContractCall buy(String purpose, LicenseTerms terms, LicenseOrder order) {
    return call(
        purpose,
        LicenseMarket.FUNC_BUY,
        TermsStruct.of(terms),
        order.struct(),
        NO_VOUCHER,
        DynamicBytes.DEFAULT);
  }

  /** A purchase by a voucher, whose buyer and quantity the order must have. */
  public ContractCall buy(
      String purpose, LicenseTerms terms, LicenseOrder order, SignedStatement voucher) {
    Statement said = voucher.statement();
    return call(
        purpose,
        LicenseMarket.FUNC_BUY,
        TermsStruct.of(terms),
        order.struct(),
        new LicenseMarket.Voucher(
            new Address(said.text("attester")),
            TermsStruct.word(Bytes32.fromHex(said.text("class"))),
            TermsStruct.word(Bytes32.fromHex(said.text("region"))),
            new Uint128(said.number("maxPrice")),
            new Uint64(said.number("deadline")),
            new Uint256(said.number("nonce"))),
        signature(voucher));
  }

  /** Brings no ether yet. */
  public ContractCall topUp(
      String purpose, LicenseTerms terms, BigInteger tokenId, BigInteger units) {
    return call(
        purpose,
        LicenseMarket.FUNC_TOPUP,
        TermsStruct.of(terms),
        new Uint256(tokenId),
        new Uint64(units));
  }

  public ContractCall meter(String purpose, LicenseTerms terms, SignedStatement receipt) {
    return call(
        purpose,
        LicenseMarket.FUNC_METER,
        TermsStruct.of(terms),
        new Uint256(receipt.statement().number("tokenId")),
        new Uint128(receipt.statement().number("cumulativeUnits")),
        new Address(receipt.signer()),
        signature(receipt));
  }

  /** Brings no ether yet. */
  public ContractCall refund(String purpose, LicenseTerms terms, SignedStatement consent) {
    return call(
        purpose,
        LicenseMarket.FUNC_REFUND,
        TermsStruct.of(terms),
        new Uint256(consent.statement().number("tokenId")),
        new Uint128(consent.statement().number("amount")),
        new Uint64(consent.statement().number("deadline")),
        signature(consent));
  }

  /**
   * Shares out a pot.
   *
   * @param terms of the version
   */
  public ContractCall distribute(
      String purpose, Bytes32 releaseId, long version, String currency, LicenseTerms terms) {
    return call(
        purpose,
        LicenseMarket.FUNC_DISTRIBUTE,
        TermsStruct.word(releaseId),
        new Uint32(version),
        new Address(currency),
        TermsStruct.of(terms));
  }

  public ContractCall withdraw(String purpose, String currency, String to) {
    return call(purpose, LicenseMarket.FUNC_WITHDRAW, new Address(currency), new Address(to));
  }

  private static DynamicBytes signature(SignedStatement statement) {
    return new DynamicBytes(statement.signature().bytes());
  }
}
