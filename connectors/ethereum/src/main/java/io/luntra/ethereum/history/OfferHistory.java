package io.luntra.ethereum.history;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.license.Use;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What releases are sold for, out of the events of LicenseMarket. */
public final class OfferHistory {
  /** The events that it takes. */
  public static final List<EventKind> KINDS =
      List.of(EventKind.TERMS_PUBLISHED, EventKind.TERMS_WITHDRAWN);

  private static final long MAX_UINT32 = 0xffffffffL;
  private static final int PRICE_BITS = 128;
  private static final int ALL_USES = Use.mask(Arrays.asList(Use.values()));
  private static final String ETHER = "0x" + "0".repeat(40);

  private final Map<Bytes32, ReleaseOffer> offers = new HashMap<>();

  private OfferHistory() {}

  /**
   * What these events come to.
   *
   * @param events oldest first, all of {@link #KINDS}
   * @throws LuntraException when they are malformed
   */
  public static OfferHistory of(List<ContractEvent> events) {
    OfferHistory history = new OfferHistory();
    for (ContractEvent event : events) {
      Bytes32 releaseId = event.indexed().get(0);
      if (event.kind() == EventKind.TERMS_PUBLISHED) {
        history.offers.put(releaseId, offer(event.parameters()));
      } else {
        history.offers.remove(releaseId);
      }
    }
    return history;
  }

  /** What a release is sold for; empty where it is not on sale. */
  public Optional<ReleaseOffer> of(Bytes32 releaseId) {
    return Optional.ofNullable(offers.get(releaseId));
  }

  private static ReleaseOffer offer(AbiReader data) {
    long version = data.number(MAX_UINT32);
    AbiReader terms = data.struct();
    int uses = (int) terms.number(ALL_USES);
    String currency = terms.address();
    BigInteger price = terms.amount(PRICE_BITS);
    // Where classes and regions begin
    terms.skip(2);
    return new ReleaseOffer(
        version,
        Use.of(uses),
        Optional.of(currency).filter(address -> !address.equals(ETHER)),
        price,
        terms.number(MAX_UINT32));
  }
}
