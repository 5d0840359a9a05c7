package io.luntra.ethereum.license;

import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.node.CallReceipt;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.List;

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
    CallReceipt.Log log = one(EventKind.LICENSE_ISSUED);
    return IssuedLicense.read(
        log.topics().subList(1, log.topics().size()), data(EventKind.LICENSE_ISSUED, log));
  }

  /**
   * Version of the terms that were published.
   *
   * @throws LuntraException when the transaction has not exactly one event that says it
   */
  public long termsVersion() {
    return data(EventKind.TERMS_PUBLISHED).number(MAX_VERSION);
  }

  /** What was paid out, in the currency's smallest unit. */
  public BigInteger withdrawn() {
    return data(EventKind.WITHDRAWN).exactly(1).amount(AMOUNT_BITS);
  }

  /** What a pot held that was shared out. */
  public BigInteger distributed() {
    return second(EventKind.POT_DISTRIBUTED);
  }

  /** What more usage units cost. */
  public BigInteger unitsPrice() {
    return second(EventKind.UNITS_BOUGHT);
  }

  /** What a licensee was credited with. */
  public BigInteger refunded() {
    return data(EventKind.LICENSE_REFUNDED).exactly(1).amount(AMOUNT_BITS);
  }

  private BigInteger second(EventKind kind) {
    AbiReader data = data(kind).exactly(2);
    data.skip(1);
    return data.amount(AMOUNT_BITS);
  }

  private AbiReader data(EventKind kind) {
    return data(kind, one(kind));
  }

  private AbiReader data(EventKind kind, CallReceipt.Log log) {
    return new AbiReader(
        "Event %s in transaction %s".formatted(kind.event(), receipt.transaction()), log.data());
  }

  private CallReceipt.Log one(EventKind kind) {
    List<CallReceipt.Log> logs =
        receipt.logs().stream()
            .filter(log -> log.address().equals(market))
            .filter(log -> log.topics().size() == kind.indexed() + 1)
            .filter(log -> log.topics().get(0).toHex().equals(kind.topic()))
            .toList();
    if (logs.size() != 1) {
      throw new LuntraException(
          "Transaction %s has %d events %s of the license market, expected 1"
              .formatted(receipt.transaction(), logs.size(), kind.event()));
    }
    return logs.get(0);
  }
}
