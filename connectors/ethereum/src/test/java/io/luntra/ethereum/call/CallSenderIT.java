package io.luntra.ethereum.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.contracts.Attestations;
import io.luntra.contracts.LicenseMarket;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.devnet.Fault;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Credentials;

@Timeout(120)
class CallSenderIT {
  private static final BigInteger GWEI = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger ETHER = GWEI.multiply(GWEI);
  private static final CallPolicy POLICY =
      new CallPolicy(
          GWEI.multiply(BigInteger.valueOf(100)),
          ETHER,
          Confirmation.depth(1),
          Duration.ofMinutes(30));

  private static Devnet devnet;

  @TempDir Path journals;
  private final List<String> said = new ArrayList<>();
  private Credentials key;
  private Node node;

  /** Waits for less than is asked for, and says that it was as long. */
  private static final class FastPacer implements Pacer {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
      now = now.plus(duration);
      Thread.sleep(Math.min(50, duration.toMillis()));
    }
  }

  @BeforeAll
  static void startChain() {
    devnet = Devnet.start(DevnetOptions.defaults());
  }

  @AfterAll
  static void stopChain() {
    devnet.close();
  }

  @BeforeEach
  void connect() {
    key = devnet.anvil().devAccounts().get(5);
    node =
        new Node(
            new EndpointService(Endpoint.of(devnet.rpcUrl())),
            new FastPacer(),
            Duration.ofMillis(10));
  }

  private CallSender sender(CallPolicy policy) throws InterruptedException {
    return CallSender.open(
        node, new LocalSigner(key), journals, policy, new FastPacer(), said::add);
  }

  /** Changes nothing but the events. */
  private static ContractCall claim(String name) {
    return ContractCall.of(
        "claim " + name,
        devnet.contracts().attestations().address(),
        FunctionEncoder.encode(
            new Function(
                Attestations.FUNC_CLAIMIDENTITY,
                List.of(
                    new Uint8(0),
                    new Utf8String(name),
                    new org.web3j.abi.datatypes.generated.Bytes32(new byte[32])),
                List.of())));
  }

  private static ContractCall withdrawal() {
    return ContractCall.of(
        "withdraw",
        devnet.contracts().market().address(),
        FunctionEncoder.encode(
            new Function(
                LicenseMarket.FUNC_WITHDRAW,
                List.of(Address.DEFAULT, new Address("0x" + "11".repeat(20))),
                List.of())));
  }

  private long nonce() throws InterruptedException {
    return node.nonce(key.getAddress());
  }

  private List<Path> entries() {
    try (Stream<Path> files = Files.list(journals)) {
      return files.filter(file -> file.toString().endsWith(".json")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void sendsAndGivesWhatTheContractSaid() throws Exception {
    long before = nonce();
    try (CallSender sender = sender(POLICY)) {
      SentCall sent = sender.send(claim("example.org"));
      assertThat(sent.resumed()).isFalse();
      assertThat(sent.receipt().succeeded()).isTrue();
      assertThat(sent.receipt().logs())
          .singleElement()
          .satisfies(
              log ->
                  assertThat(log.address()).isEqualTo(devnet.contracts().attestations().address()));
      sender.acknowledge();
    }
    assertThat(nonce()).isEqualTo(before + 1);
    assertThat(entries()).isEmpty();
  }

  @Test
  void whatAContractRefusesIsNotSent() throws Exception {
    long before = nonce();
    try (CallSender sender = sender(POLICY)) {
      assertThatThrownBy(() -> sender.send(withdrawal()))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining(
              "NothingToWithdraw(account = %s, currency = 0x0000".formatted(key.getAddress()));
    }
    assertThat(nonce()).isEqualTo(before);
    assertThat(entries()).isEmpty();
  }

  @Test
  void ceilingsHold() throws Exception {
    long before = nonce();
    CallPolicy lowFee =
        new CallPolicy(BigInteger.TEN, ETHER, Confirmation.depth(1), Duration.ofMinutes(1));
    try (CallSender sender = sender(lowFee)) {
      assertThatThrownBy(() -> sender.send(claim("example.org")))
          .hasMessageContaining("gwei per gas, at most 0.00000001 were allowed");
    }
    CallPolicy lowBudget =
        new CallPolicy(
            POLICY.maxFeePerGas(), BigInteger.TEN, Confirmation.depth(1), Duration.ofMinutes(1));
    try (CallSender sender = sender(lowBudget)) {
      assertThatThrownBy(() -> sender.send(claim("example.org")))
          .hasMessageContaining("ETH, at most 0.00000000000000001 were allowed");
      assertThatThrownBy(() -> sender.send(claim("example.org").withValue(ETHER)))
          .isInstanceOf(LuntraException.class);
    }
    assertThat(nonce()).isEqualTo(before);
  }

  @Test
  void whatWasJournaledAndNeverSentIsSentByTheNextRun() throws Exception {
    long before = nonce();
    devnet.gate().inject(Fault.loseCall("eth_sendRawTransaction").times(100));
    Bytes32 lost;
    try (CallSender sender = sender(POLICY)) {
      assertThatThrownBy(() -> sender.send(claim("lost.example")))
          .isInstanceOf(LuntraException.class);
      lost = Bytes32.fromHex(hashIn(entries().get(0)));
    } finally {
      devnet.gate().clearFaults();
    }
    assertThat(nonce()).isEqualTo(before);
    try (CallSender sender = sender(POLICY)) {
      SentCall sent = sender.send(claim("lost.example"));
      assertThat(sent.resumed()).isTrue();
      assertThat(sent.transaction().hash()).isEqualTo(lost);
    }
    assertThat(nonce()).isEqualTo(before + 1);
    assertThat(said).anyMatch(text -> text.startsWith("claim lost.example was sent before"));
  }

  private static String hashIn(Path entry) throws IOException {
    return Files.readString(entry).replaceAll("(?s).*\"hash\" : \"(0x[0-9a-f]{64})\".*", "$1");
  }

  @Test
  void nothingIsSentTwiceUntilItsOutcomeWasSeen() throws Exception {
    long before = nonce();
    devnet.gate().inject(Fault.loseAnswer("eth_sendRawTransaction").times(2));
    Bytes32 first;
    try (CallSender sender = sender(POLICY)) {
      first = sender.send(claim("twice.example")).transaction().hash();
    } finally {
      devnet.gate().clearFaults();
    }
    // The process ended before it could say so.
    try (CallSender sender = sender(POLICY)) {
      SentCall again = sender.send(claim("twice.example"));
      assertThat(again.transaction().hash()).isEqualTo(first);
      assertThat(nonce()).isEqualTo(before + 1);
      sender.acknowledge();
      assertThat(sender.send(claim("twice.example")).transaction().hash()).isNotEqualTo(first);
      sender.acknowledge();
    }
    assertThat(nonce()).isEqualTo(before + 2);
  }

  @Test
  void anotherCallWaitsForTheOneUnderWay() throws Exception {
    long before = nonce();
    try (CallSender sender = sender(POLICY)) {
      sender.send(claim("first.example"));
    }
    try (CallSender sender = sender(POLICY)) {
      assertThat(sender.send(claim("second.example")).resumed()).isFalse();
      sender.acknowledge();
    }
    assertThat(nonce()).isEqualTo(before + 2);
  }

  @Test
  void saysWhenAnotherTransactionTookTheNonce() throws Exception {
    devnet.gate().inject(Fault.loseCall("eth_sendRawTransaction").times(100));
    try (CallSender sender = sender(POLICY)) {
      assertThatThrownBy(() -> sender.send(claim("overtaken.example")))
          .isInstanceOf(LuntraException.class);
    } finally {
      devnet.gate().clearFaults();
    }
    Path kept = entries().get(0);
    byte[] entry = Files.readAllBytes(kept);
    Files.delete(kept);
    try (CallSender sender = sender(POLICY)) {
      sender.send(claim("overtaker.example"));
      sender.acknowledge();
    }
    Files.write(kept, entry);
    long before = nonce();
    try (CallSender sender = sender(POLICY)) {
      assertThat(sender.send(claim("overtaken.example")).resumed()).isFalse();
      sender.acknowledge();
    }
    assertThat(nonce()).isEqualTo(before + 1);
  }

  @Test
  void onlyOneProcessSendsFromAnAccount() throws Exception {
    try (CallSender sender = sender(POLICY)) {
      assertThat(sender.account()).isEqualTo(key.getAddress());
      assertThatThrownBy(() -> sender(POLICY))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("used by another process");
    }
    sender(POLICY).close();
  }

  @Test
  void aDamagedEntryStopsEverything() throws Exception {
    try (CallSender sender = sender(POLICY)) {
      sender.send(claim("damaged.example"));
    }
    Path file = entries().get(0);
    byte[] good = Files.readAllBytes(file);
    long before = nonce();
    for (int length = 0; length < good.length - 2; length += 7) {
      Files.write(file, java.util.Arrays.copyOf(good, length));
      try (CallSender sender = sender(POLICY)) {
        assertThatThrownBy(() -> sender.send(claim("other.example")))
            .isInstanceOf(LuntraException.class)
            .hasMessageContaining("damaged");
      }
    }
    Files.writeString(file, Files.readString(file) + "0".repeat(1 << 18));
    try (CallSender sender = sender(POLICY)) {
      assertThatThrownBy(() -> sender.send(claim("other.example")))
          .hasMessageContaining("damaged (more than");
    }
    assertThat(nonce()).isEqualTo(before);
  }

  @Test
  void anErrorNobodyKnowsIsShownByItsSelector() {
    ContractErrors errors = ContractErrors.ofThisBuild();
    assertThat(errors.describe(new byte[0])).isEqualTo("without a reason");
    assertThat(errors.describe(Hex.decode("0xdeadbeef00", 5)))
        .isEqualTo("for a reason of its own: 0xdeadbeef");
    String error =
        "0x08c379a0"
            + "0".repeat(62)
            + "20"
            + "0".repeat(62)
            + "05"
            + "6e6f0a7065"
            + "0".repeat(54);
    assertThat(errors.describe(Hex.decode(error, (error.length() - 2) / 2)))
        .isEqualTo("Error(reason = \"no?pe\")");
    for (int length = 4; length < 100; length++) {
      assertThat(errors.describe(Hex.decode(error.substring(0, 2 + 2 * length), length)))
          .startsWith("Error(reason = ");
    }
  }
}
