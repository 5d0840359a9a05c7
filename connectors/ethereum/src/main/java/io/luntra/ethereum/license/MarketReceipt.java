package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.LicenseMarket;
import io.luntra.ethereum.node.CallReceipt;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.List;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Event;

/**
 * What the market did in a transaction that called it once.
 *
 * @param market address of the contract, 0x and 40 lower-case digits
 */
public record MarketReceipt(CallReceipt receipt, String market) {
  private static final int AMOUNT_BITS = 256;
  private static final long MAX_VERSION = 0xffffffffL;

  /** The license that was issued; fails as the other methods do. */
  public IssuedLicense license() {
    return IssuedLicense.read(one("LicenseIssued", IssuedLicense.TOPIC));
  }

  /**
   * Version of the terms that were published.
   *
   * @throws LuntraException when the transaction has not exactly one event that says it
   */
  public long termsVersion() {
    return new Words("Event TermsPublished", one("TermsPublished", TermsReader.TOPIC).data())
        .number(0, MAX_VERSION);
  }

  /** What was paid out, in the currency's smallest unit. */
  public BigInteger withdrawn() {
    return amount(one(LicenseMarket.WITHDRAWN_EVENT), 0, 1);
  }

  /** What a pot held that was shared out. */
  public BigInteger distributed() {
    return amount(one(LicenseMarket.POTDISTRIBUTED_EVENT), 1, 2);
  }

  /** What more usage units cost. */
  public BigInteger unitsPrice() {
    return amount(one(LicenseMarket.UNITSBOUGHT_EVENT), 1, 2);
  }

  /** What a licensee was credited with. */
  public BigInteger refunded() {
    return amount(one(LicenseMarket.LICENSEREFUNDED_EVENT), 0, 1);
  }

  private static BigInteger amount(CallReceipt.Log log, int index, int words) {
    return new Words("Event of the license market", log.data())
        .exactly(words)
        .amount(index, AMOUNT_BITS);
  }

  private CallReceipt.Log one(Event event) {
    return one(event.getName(), Bytes32.fromHex(EventEncoder.encode(event)));
  }

  private CallReceipt.Log one(String name, Bytes32 topic) {
    List<CallReceipt.Log> logs =
        receipt.logs().stream()
            .filter(log -> log.address().equals(market))
            .filter(log -> !log.topics().isEmpty() && log.topics().get(0).equals(topic))
            .toList();
    if (logs.size() != 1) {
      throw new LuntraException(
          "Transaction %s has %d events %s of the license market, expected 1"
              .formatted(receipt.transaction(), logs.size(), name));
    }
    return logs.get(0);
  }
}
