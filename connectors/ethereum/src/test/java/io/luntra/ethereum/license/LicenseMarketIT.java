package io.luntra.ethereum.license;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.contracts.LicenseMarket;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.RevertedException;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

/** What Java computes of terms is what the contract computes. */
class LicenseMarketIT {
  private static Devnet devnet;
  private static Node node;
  private static String market;

  @BeforeAll
  static void start() {
    devnet = Devnet.start(DevnetOptions.defaults());
    node = ExecutionNodes.node(List.of(devnet.rpcUrl()));
    market = devnet.contracts().market().address();
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  /** The contract says the hash of what it got when it expected other terms. */
  private static Bytes32 hashByContract(LicenseTerms terms) {
    ContractCall call =
        new MarketCalls(market).distribute("test", Bytes32.ZERO, 1, LicenseTerms.NONE, terms);
    RevertedException refused =
        catchThrowableOfType(
            RevertedException.class,
            () -> node.estimateGas(LicenseTerms.NONE, market, BigInteger.ZERO, call.data()));
    byte[] reason = refused.reason();
    assertThat(reason).hasSize(4 + 2 * 32);
    assertThat(Hash.sha3String("TermsMismatch(bytes32,bytes32)"))
        .startsWith(io.luntra.blob.Hex.encode(Arrays.copyOf(reason, 4)));
    return new Bytes32(Arrays.copyOfRange(reason, 4 + 32, reason.length));
  }

  @Test
  void hashesAreThoseOfTheContract() {
    RandomTerms random = new RandomTerms(11);
    for (int i = 0; i < 60; i++) {
      LicenseTerms terms = random.next();
      assertThat(hashByContract(terms)).isEqualTo(terms.hash());
    }
  }

  @Test
  void pricesAreThoseOfTheContract() throws InterruptedException {
    MarketReader reader = MarketReader.of(node, market);
    RandomTerms random = new RandomTerms(12);
    LicenseOrder order = new LicenseOrder(Bytes32.ZERO, LicenseTerms.NONE, 3, BigInteger.ZERO, 0);
    int priced = 0;
    for (int i = 0; i < 60; i++) {
      LicenseTerms terms = random.next();
      for (LicenseTerms.ClassPrice row : terms.classes()) {
        Bytes32 region = terms.regions().isEmpty() ? Bytes32.ZERO : terms.regions().get(0).id();
        assertThat(reader.price(terms, order, row.id(), region))
            .isEqualTo(terms.itemPrice(row.id(), region).multiply(BigInteger.valueOf(3)));
        priced++;
      }
      assertThatThrownBy(() -> reader.price(terms, order, random.word(), Bytes32.ZERO))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("no class");
    }
    assertThat(priced).isGreaterThan(100);
  }

  @Test
  void typesAndDomainAreThoseOfTheContract() throws InterruptedException {
    assertThat(word(LicenseMarket.FUNC_VOUCHER_TYPEHASH))
        .isEqualTo(typeHash(Statement.Kind.VOUCHER));
    assertThat(word(LicenseMarket.FUNC_RECEIPT_TYPEHASH))
        .isEqualTo(typeHash(Statement.Kind.RECEIPT));
    assertThat(word(LicenseMarket.FUNC_REFUND_TYPEHASH)).isEqualTo(typeHash(Statement.Kind.REFUND));
    String domain =
        new String(node.read(market, selector("eip712Domain()")), StandardCharsets.ISO_8859_1);
    assertThat(domain).contains(Statement.DOMAIN, "\1" + Statement.DOMAIN_VERSION + "\0");
  }

  private static Bytes32 typeHash(Statement.Kind kind) {
    return Keccak.hash(kind.signature().getBytes(StandardCharsets.US_ASCII));
  }

  private static Bytes32 word(String function) throws InterruptedException {
    return new Bytes32(node.read(market, selector(function + "()")));
  }

  private static String selector(String signature) {
    return Hash.sha3String(signature).substring(0, 10);
  }

  @Test
  void whatIsNotThereIsNamed() throws InterruptedException {
    MarketReader reader = MarketReader.of(node, market);
    assertThat(reader.offer(Bytes32.ZERO)).isEqualTo(new Offer(0, 0, false));
    assertThatThrownBy(() -> reader.license(BigInteger.ONE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("License 1: never issued, or refunded");
    assertThatThrownBy(() -> reader.terms(Bytes32.ZERO, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there are none");
    assertThat(reader.issuedTo("0x" + "12".repeat(20))).isEmpty();
    assertThatThrownBy(() -> MarketReader.of(node, "0x" + "12".repeat(20)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("No license market at");
    assertThatThrownBy(() -> Erc20.currency(node, market))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not answer as an ERC-20 token");
  }
}
