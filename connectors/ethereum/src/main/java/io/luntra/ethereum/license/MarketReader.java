package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.contracts.LicenseMarket;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.ContractEvents;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.RevertedException;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint8;

/**
 * What stands in a license market. The node is trusted for what is on the chain; terms are checked
 * against their hash, and answers are bounded.
 */
public final class MarketReader {
  private static final long MAX_VERSION = 0xffffffffL;
  private static final int WORD_BITS = 256;
  private static final int OFFER_WORDS = 3;

  private final Node node;
  private final String market;
  private final ContractEvents events;

  private MarketReader(Node node, String market, ContractEvents events) {
    this.node = node;
    this.market = market;
    this.events = events;
  }

  /**
   * A reader of one market.
   *
   * @param market address of the contract, 0x and 40 lower-case digits
   * @throws InvalidInputException when there is none
   */
  public static MarketReader of(Node node, String market) throws InterruptedException {
    if (!node.hasCode(market)) {
      throw new InvalidInputException(
          "No license market at %s, which belongs to the registry: luntra deploy puts it there"
              .formatted(market));
    }
    return new MarketReader(node, market, ContractEvents.of(node.rpc(), "license market", market));
  }

  /** Address of the contract. */
  public String market() {
    return market;
  }

  public Offer offer(Bytes32 releaseId) throws InterruptedException {
    AbiReader offer = read(OFFER_WORDS, LicenseMarket.FUNC_OFFEROF, TermsStruct.word(releaseId));
    return new Offer(
        offer.number(MAX_VERSION), (int) offer.number(LicenseTerms.MAX_ROYALTY_BPS), offer.flag());
  }

  /** Hash of one version of a release's terms; {@link Bytes32#ZERO} when there is none. */
  public Bytes32 termsHash(Bytes32 releaseId, long version) throws InterruptedException {
    return read(1, LicenseMarket.FUNC_TERMSHASHOF, TermsStruct.word(releaseId), new Uint32(version))
        .bytes32();
  }

  /**
   * What a release owes its parents now: what the latest terms of each ask for; where that is more
   * than 5,000 basis points together, as large a part of each.
   *
   * @param parents as the registry has them
   */
  public List<LicenseTerms.Royalty> royalties(List<Bytes32> parents) throws InterruptedException {
    List<Integer> asked = new ArrayList<>();
    for (Bytes32 parent : parents) {
      asked.add(offer(parent).royaltyBps());
    }
    return LicenseTerms.Royalty.shares(parents, asked);
  }

  /**
   * One version of a release's terms.
   *
   * @throws InvalidInputException when it never had that
   * @throws LuntraException when the node does not have the event that says them, or says others
   */
  public LicenseTerms terms(Bytes32 releaseId, long version) throws InterruptedException {
    String where = "Terms %d of release %s".formatted(version, releaseId);
    Bytes32 hash = termsHash(releaseId, version);
    if (hash.equals(Bytes32.ZERO)) {
      throw new InvalidInputException(where + ": there are none");
    }
    ContractEvent event =
        events
            .findLast(EventKind.TERMS_PUBLISHED, releaseId.toHex(), hash.toHex())
            .orElseThrow(
                () ->
                    new LuntraException(
                        "%s: the node has no event that says them, of hash %s"
                            .formatted(where, hash)));
    LicenseTerms terms = TermsReader.read(where, event.data());
    if (!terms.hash().equals(hash)) {
      throw new LuntraException(
          "%s: the event says terms of hash %s, the contract has %s"
              .formatted(where, terms.hash(), hash));
    }
    return terms;
  }

  /**
   * What an order costs now.
   *
   * @param terms any, also such as were not published
   */
  public BigInteger price(LicenseTerms terms, LicenseOrder order, Bytes32 classId, Bytes32 regionId)
      throws InterruptedException {
    terms.itemPrice(classId, regionId);
    return read(
            1,
            LicenseMarket.FUNC_PRICEOF,
            TermsStruct.of(terms),
            order.struct(),
            TermsStruct.word(classId),
            TermsStruct.word(regionId))
        .amount(WORD_BITS);
  }

  /**
   * A license that was issued and not refunded.
   *
   * @throws InvalidInputException when there is none of this number
   */
  public License license(BigInteger tokenId) throws InterruptedException {
    try {
      return License.read(read(License.WORDS, LicenseMarket.FUNC_LICENSEOF, new Uint256(tokenId)));
    } catch (RevertedException e) {
      throw noLicense(tokenId, e);
    }
  }

  /** Who holds a license; fails as {@link #license}. */
  public String licensee(BigInteger tokenId) throws InterruptedException {
    try {
      return read(1, LicenseMarket.FUNC_OWNEROF, new Uint256(tokenId)).address();
    } catch (RevertedException e) {
      throw noLicense(tokenId, e);
    }
  }

  private static InvalidInputException noLicense(BigInteger tokenId, RevertedException e) {
    return new InvalidInputException("License %s: never issued, or refunded".formatted(tokenId), e);
  }

  /** Whether a license gives an account all of these uses of a release now. */
  public boolean isLicensed(String account, Bytes32 releaseId, List<Use> uses, BigInteger tokenId)
      throws InterruptedException {
    return read(
            1,
            LicenseMarket.FUNC_ISLICENSED,
            new Address(account),
            TermsStruct.word(releaseId),
            new Uint8(Use.mask(uses)),
            new Uint256(tokenId))
        .flag();
  }

  /** What an account may withdraw. */
  public BigInteger credit(String account, String currency) throws InterruptedException {
    return read(1, LicenseMarket.FUNC_CREDITOF, new Address(account), new Address(currency))
        .amount(WORD_BITS);
  }

  /** What derivatives have brought a release under one version of its terms. */
  public BigInteger pot(Bytes32 releaseId, long version, String currency)
      throws InterruptedException {
    return read(
            1,
            LicenseMarket.FUNC_POTOF,
            TermsStruct.word(releaseId),
            new Uint32(version),
            new Address(currency))
        .amount(WORD_BITS);
  }

  public boolean isNonceUsed(String attester, BigInteger nonce) throws InterruptedException {
    return read(1, LicenseMarket.FUNC_ISNONCEUSED, new Address(attester), new Uint256(nonce))
        .flag();
  }

  /** The purchase that a license comes from, whatever became of it. */
  public Optional<IssuedLicense> issued(BigInteger tokenId) {
    return events
        .findLast(EventKind.LICENSE_ISSUED, ContractEvents.topic(tokenId))
        .map(MarketReader::issued);
  }

  /** All that were ever issued to an account, oldest first. */
  public List<IssuedLicense> issuedTo(String account) {
    return events
        .find(EventKind.LICENSE_ISSUED, ContractEvents.ANY, ContractEvents.topic(account))
        .stream()
        .map(MarketReader::issued)
        .toList();
  }

  private static IssuedLicense issued(ContractEvent event) {
    return IssuedLicense.read(event.indexed(), event.parameters());
  }

  public boolean isRefunded(BigInteger tokenId) {
    return events.findLast(EventKind.LICENSE_REFUNDED, ContractEvents.topic(tokenId)).isPresent();
  }

  private AbiReader read(int count, String function, Type<?>... arguments)
      throws InterruptedException {
    byte[] answer = node.read(market, data(function, arguments));
    return new AbiReader(function + " of the license market", answer).exactly(count);
  }

  private static String data(String function, Type<?>... arguments) {
    return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
  }
}
