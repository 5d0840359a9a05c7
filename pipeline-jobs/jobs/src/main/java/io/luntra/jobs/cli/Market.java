package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.deployment.ContractAddresses;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.license.Currency;
import io.luntra.ethereum.license.Erc20;
import io.luntra.ethereum.license.IssuedLicense;
import io.luntra.ethereum.license.LicenseTerms;
import io.luntra.ethereum.license.MarketCalls;
import io.luntra.ethereum.license.MarketReader;
import io.luntra.ethereum.license.Offer;
import io.luntra.ethereum.license.Statement;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.registry.RegistryReader;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.jobs.license.TimeSpan;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/** The market beside a registry, and the releases that it sells. */
record Market(Node node, RegistryReader registry, MarketReader reader, MarketCalls calls) {

  /**
   * Latest terms that somebody can buy on.
   *
   * @param hash of the terms
   */
  record OnSale(long version, LicenseTerms terms, Bytes32 hash, Currency currency) {}

  /** A purchase, and what it was made on. */
  record Bought(IssuedLicense license, LicenseTerms terms, Currency currency) {}

  static Market of(ChainOptions chain) throws InterruptedException {
    return of(chain, ExecutionNodes.node(chain.rpcs().stream().map(URI::toString).toList()));
  }

  /**
   * The market of these nodes.
   *
   * @throws InvalidInputException when there is no registry, or no market beside it
   */
  static Market of(ChainOptions chain, Node node) throws InterruptedException {
    RegistryReader registry =
        new RegistryReader(Endpoint.of(chain.rpc().toString()), chain.registry());
    registry.requireDeployed();
    String market = ContractAddresses.beside(chain.registry()).market();
    return new Market(node, registry, MarketReader.of(node, market), new MarketCalls(market));
  }

  /** Address of the contract. */
  String address() {
    return calls.market();
  }

  PublishedRelease release(String name, CreatorOption creator) {
    ReleaseName parsed = ReleaseName.parse(name);
    Optional<String> account = creator.address();
    return account.isPresent() ? registry.find(parsed, account.get()) : registry.find(parsed);
  }

  /**
   * What a release is sold for now.
   *
   * @throws LuntraException when it is not on sale
   */
  OnSale onSale(PublishedRelease release) throws InterruptedException {
    Offer offer = reader.offer(release.releaseId());
    if (!offer.onSale()) {
      throw new LuntraException(
          "%s is not on sale: %s"
              .formatted(
                  release.name(),
                  offer.withdrawn() ? "its terms were withdrawn" : "it never had terms"));
    }
    LicenseTerms terms = reader.terms(release.releaseId(), offer.version());
    return new OnSale(offer.version(), terms, terms.hash(), Erc20.currency(node, terms.currency()));
  }

  /**
   * The purchase that a license comes from, and what it was bought on.
   *
   * @throws InvalidInputException when there never was such a license
   */
  Bought bought(BigInteger tokenId) throws InterruptedException {
    return bought(
        reader
            .issued(tokenId)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "License %s was never issued by the market %s"
                            .formatted(tokenId, address()))));
  }

  Bought bought(IssuedLicense license) throws InterruptedException {
    LicenseTerms terms = reader.terms(license.releaseId(), license.termsVersion());
    return new Bought(license, terms, Erc20.currency(node, terms.currency()));
  }

  /**
   * Makes sure that a statement is said to this market, about this license.
   *
   * @param where for messages
   */
  void requireFor(Statement statement, String where, BigInteger tokenId)
      throws InterruptedException {
    long chainId = node.chainId();
    if (statement.chainId() != chainId
        || !statement.market().equals(address())
        || !statement.number("tokenId").equals(tokenId)) {
      throw new InvalidInputException(
          "%s: expected license %s of market %s on chain %d, found license %s of %s on chain %d"
              .formatted(
                  where,
                  tokenId,
                  address(),
                  chainId,
                  statement.text("tokenId"),
                  statement.market(),
                  statement.chainId()));
    }
  }

  /** A time of the chain, as long from its newest block as an option says. */
  long deadline(String option, String span) throws InterruptedException {
    try {
      return node.head(Confirmation.parse("1")).timestamp() + TimeSpan.seconds(span);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(option, e.getMessage()), e);
    }
  }

  /** An option's amount in a currency's smallest unit. */
  static BigInteger amount(String option, Currency currency, String text) {
    try {
      return currency.parse(text);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(option, e.getMessage()), e);
    }
  }

  /** An option's whole number. */
  static BigInteger number(String option, String text, int bits) {
    if (text.matches("[0-9]{1,78}")) {
      BigInteger number = new BigInteger(text);
      if (number.bitLength() <= bits) {
        return number;
      }
    }
    throw new InvalidInputException(
        "%s: expected a whole number below 2^%d, found \"%s\"".formatted(option, bits, text));
  }

  /** A token id, which is a command's parameter. */
  static BigInteger token(String text) {
    return number("TOKEN", text, 256);
  }

  /** A time in seconds since 1970, where 0 is never. */
  static String time(long seconds) {
    return seconds == 0 ? "never" : Instant.ofEpochSecond(seconds).toString();
  }
}
