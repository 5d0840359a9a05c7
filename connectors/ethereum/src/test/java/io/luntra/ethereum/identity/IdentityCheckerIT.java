package io.luntra.ethereum.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.blob.Bytes32;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.attestation.AttestationCalls;
import io.luntra.ethereum.attestation.IdentityName;
import io.luntra.ethereum.call.CallPolicy;
import io.luntra.ethereum.call.CallSender;
import io.luntra.ethereum.call.ContractCall;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.signer.LocalSigner;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;

/** What the chain and the web may say of an account, and what a reader makes of it. */
@Timeout(120)
class IdentityCheckerIT {
  private static final String RESOLVER = "0x" + "e5".repeat(20);
  private static final String SOMEBODY = "0x" + "ab".repeat(20);

  @TempDir static Path folder;

  private static Devnet devnet;
  private static Node node;
  private static String attestations;
  private static LocalSigner account;

  @BeforeAll
  static void start() {
    devnet = Devnet.start(DevnetOptions.defaults());
    node = ExecutionNodes.node(List.of(devnet.rpcUrl()));
    attestations = devnet.contracts().attestations().address();
    account = new LocalSigner(Credentials.create(devnet.publisherKeys().get(0)));
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  private static void send(ContractCall call) throws InterruptedException {
    CallPolicy policy =
        new CallPolicy(
            BigInteger.TEN.pow(11),
            BigInteger.TEN.pow(18),
            Confirmation.depth(1),
            Duration.ofMinutes(1));
    try (CallSender sender =
        CallSender.open(node, account, folder, policy, Pacer.system(), progress -> {})) {
      sender.send(call);
      sender.acknowledge();
    }
  }

  private static void claim(IdentityName identity, Bytes32 statement) throws InterruptedException {
    send(new AttestationCalls(attestations).claim(identity, statement));
  }

  private static void withdraw(IdentityName identity) throws InterruptedException {
    send(new AttestationCalls(attestations).withdraw(identity, ""));
  }

  private static IdentityReport report(StatementSource statements) throws InterruptedException {
    return IdentityChecker.of(node, attestations, statements, Set.of()).check(account.address());
  }

  private static String line(StatementSource statements) throws InterruptedException {
    List<String> lines = report(statements).lines("owner");
    assertThat(lines).hasSize(1);
    return lines.get(0).replace(account.address(), "0x…");
  }

  private static StatementSource nowhere() {
    return domain -> {
      throw new StatementSource.UnavailableException("nobody answers\u001b[2J");
    };
  }

  private static StatementSource serves(byte[] json) {
    return domain -> new StatementSource.Found(json, "its statement");
  }

  /**
   * Code that gives an address for one node of ENS, and 0 for all others: an imitation of as much
   * of ENS as is asked here.
   */
  private static void answer(String contract, Bytes32 hash, String address) {
    String code =
        "0x7f%s60043514".formatted(hash.toHex().substring(2))
            + "73%s02".formatted(address.substring(2))
            + "60005260206000f3";
    byte[] request;
    try {
      request =
          new ObjectMapper()
              .writeValueAsBytes(
                  Map.of(
                      "jsonrpc",
                      "2.0",
                      "id",
                      1,
                      "method",
                      "anvil_setCode",
                      "params",
                      List.of(contract, code)));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    Endpoint.of(devnet.anvil().rpcUrl()).post(request, 1_000);
  }

  @Test
  void anEnsNameIsVerifiedByEns() throws InterruptedException {
    IdentityName name = new IdentityName(IdentityName.Kind.ENS, "foo.eth");
    claim(name, Bytes32.ZERO);
    try {
      assertThat(line(nowhere()))
          .isEqualTo("owner 0x… claims foo.eth: NOT confirmed: chain 31337 has no ENS");

      answer(EnsNames.REGISTRY, EnsNames.namehash("bar.eth"), RESOLVER);
      assertThat(line(nowhere())).endsWith("NOT confirmed: ENS has no address for it");

      answer(EnsNames.REGISTRY, EnsNames.namehash("foo.eth"), RESOLVER);
      answer(RESOLVER, EnsNames.namehash("foo.eth"), SOMEBODY);
      assertThat(line(nowhere())).endsWith("NOT confirmed: in ENS it stands for " + SOMEBODY);

      answer(RESOLVER, EnsNames.namehash("foo.eth"), account.address());
      assertThat(line(nowhere())).isEqualTo("owner 0x… is foo.eth (by ENS, checked now)");
    } finally {
      withdraw(name);
    }
  }

  @Test
  void aDomainIsBelievedForItsOwnSignedStatementOnly() throws InterruptedException {
    IdentityName name = new IdentityName(IdentityName.Kind.DOMAIN, "example.org");
    DomainStatement statement =
        DomainStatement.sign("example.org", devnet.chainId(), attestations, account);
    claim(name, statement.digest());
    try {
      assertThat(line(serves(StatementFile.empty().with(statement).toJson())))
          .isEqualTo("owner 0x… is example.org (its statement, checked now)");
      assertThat(line(nowhere()))
          .endsWith("NOT confirmed: its statement could not be had: nobody answers\\u001b[2J");
      assertThat(line(serves(new byte[] {'{'}))).contains("what it serves is no statement");
      assertThat(line(serves(StatementFile.empty().toJson())))
          .endsWith("the domain's statement does not name this account");
      DomainStatement elsewhere = DomainStatement.sign("example.org", 1, attestations, account);
      assertThat(line(serves(StatementFile.empty().with(elsewhere).toJson())))
          .endsWith("the domain's statement does not name this account");
      DomainStatement forged =
          new DomainStatement(
              account.address(),
              "example.org",
              devnet.chainId(),
              attestations,
              DomainStatement.sign(
                      "example.org",
                      devnet.chainId(),
                      attestations,
                      new LocalSigner(Credentials.create(devnet.publisherKeys().get(1))))
                  .signature());
      assertThat(line(serves(StatementFile.empty().with(forged).toJson())))
          .contains("NOT confirmed: the domain's statement was signed by 0x");

      claim(name, Bytes32.fromHex("01".repeat(32)));
      assertThat(line(serves(StatementFile.empty().with(statement).toJson())))
          .contains("NOT confirmed: the domain's statement has digest 0x");
    } finally {
      withdraw(name);
    }
    assertThat(line(nowhere())).isEqualTo("owner 0x… is nobody that you trust");
  }

  @Test
  void oneWhoClaimsManyNamesCostsFewRequests() throws InterruptedException {
    int[] asked = {0};
    for (int i = 0; i < 10; i++) {
      claim(new IdentityName(IdentityName.Kind.DOMAIN, "a" + i + ".org"), Bytes32.ZERO);
    }
    try {
      IdentityReport report =
          report(
              domain -> {
                asked[0]++;
                throw new StatementSource.UnavailableException("no");
              });

      assertThat(asked[0]).isEqualTo(8);
      assertThat(report.findings().get(0).identity().name()).isEqualTo("a9.org");
      assertThat(report.lines("owner"))
          .hasSize(9)
          .last()
          .asString()
          .contains("claims 2 more names");
    } finally {
      for (int i = 0; i < 10; i++) {
        withdraw(new IdentityName(IdentityName.Kind.DOMAIN, "a" + i + ".org"));
      }
    }
  }
}
