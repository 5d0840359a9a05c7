package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.AnvilOptions;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.Pacer;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.ethereum.signer.Signer;
import io.luntra.ethereum.staging.StagedRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.http.HttpService;

/** A chain of a test's own: what the test makes of it, and what stands on it in the end. */
final class TestChain implements AutoCloseable {
  private final Devnet devnet;
  private final HttpService direct;
  private final HttpService service;

  private TestChain(Devnet devnet) {
    this.devnet = devnet;
    this.direct = new HttpService(devnet.anvil().rpcUrl());
    this.service = new HttpService(devnet.rpcUrl());
  }

  /** Makes a block when it is told to. */
  static TestChain onDemand() {
    return new TestChain(
        Devnet.start(
            DevnetOptions.defaults().withAnvil(AnvilOptions.defaults().withMiningOnDemand())));
  }

  /** Makes a block per transaction, and others in between. */
  static TestChain running() {
    return new TestChain(Devnet.start(DevnetOptions.defaults()));
  }

  Devnet devnet() {
    return devnet;
  }

  @Override
  public void close() {
    devnet.close();
  }

  Publisher.Builder publisher(int lanes) {
    return Publisher.builder()
        .staging(TestReleases.staging())
        .service(service)
        .registry(devnet.registryAddress())
        .lanes(lanes(lanes));
  }

  JsonNode ask(String method, Object... parameters) {
    try {
      return new Request<>(method, List.of(parameters), direct, Node.Answer.class)
          .send()
          .getResult();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void mine() {
    ask("evm_mine");
  }

  /** A block at this base fee, whatever the one before it was like. */
  void mineAt(BigInteger baseFee) {
    ask("anvil_setNextBlockBaseFeePerGas", "0x" + baseFee.toString(16));
    ask("evm_mine");
  }

  List<Signer> lanes(int count) {
    return devnet.publisherKeys().subList(0, count).stream()
        .<Signer>map(key -> new LocalSigner(Credentials.create(key)))
        .toList();
  }

  Node node() {
    return new Node(direct, Pacer.system(), Duration.ofMillis(20));
  }

  List<JournaledBatch> journaled(Journal journal, StagedRelease release, int lanes)
      throws InterruptedException {
    List<String> accounts = lanes(lanes).stream().map(Signer::address).toList();
    return journal.release(
        new Network(node().chainId(), node().genesisHash()),
        devnet.registryAddress(),
        ReleasePlan.of(release, accounts).releaseId());
  }

  /**
   * The chain, not the journal, has every blob once and in order, in as many transactions as the
   * accounts have used nonces.
   */
  void assertPublishedExactlyOnce(StagedRelease release, int lanes) throws InterruptedException {
    List<String> accounts = lanes(lanes).stream().map(Signer::address).toList();
    ReleasePlan plan = ReleasePlan.of(release, accounts);
    RegistryCalls calls = new RegistryCalls(direct, node(), devnet.registryAddress());
    assertThat(calls.release(plan.releaseId()).isSealed()).isTrue();
    assertThat(calls.release(plan.releaseId()).merkleRoot()).isEqualTo(plan.merkleRoot());
    long blobs = 0;
    for (String lane : plan.lanes()) {
      blobs += Accumulator.blobCount(calls.accumulator(plan.releaseId(), lane));
    }
    assertThat(blobs).isEqualTo(release.blobs().size());
    long transactions = 0;
    for (String account : accounts) {
      transactions += node().nonce(account);
    }
    Set<String> included = new HashSet<>();
    Map<String, Integer> published = new HashMap<>();
    long head = node().blockNumber();
    for (long number = 1; number <= head; number++) {
      JsonNode block = ask("eth_getBlockByNumber", "0x" + Long.toHexString(number), true);
      for (JsonNode transaction : block.path("transactions")) {
        if (transaction.path("type").asText().equals("0x3")) {
          String hash = transaction.path("hash").asText();
          assertThat(included.add(hash)).isTrue();
          assertThat(ask("eth_getTransactionReceipt", hash).path("status").asText())
              .as("status of %s", hash)
              .isEqualTo("0x1");
          transaction
              .path("blobVersionedHashes")
              .forEach(blob -> published.merge(blob.asText(), 1, Integer::sum));
        }
      }
    }
    assertThat((long) included.size()).isEqualTo(transactions);
    Map<String, Integer> expected = new HashMap<>();
    release.blobs().forEach(hash -> expected.merge(hash.toHex(), 1, Integer::sum));
    release.rootManifest().forEach(hash -> expected.merge(hash.toHex(), 1, Integer::sum));
    assertThat(published).isEqualTo(expected);
  }
}
