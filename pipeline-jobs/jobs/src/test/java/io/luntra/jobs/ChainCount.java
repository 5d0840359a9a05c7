package io.luntra.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.jobs.fetch.ChainReleases;
import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a devnet's blocks hold of the lanes' accounts, one release at most.
 *
 * @param wei what all of it cost, by the receipts
 */
record ChainCount(int transactions, int blobs, long gas, long blobGas, BigInteger wei) {
  /** What accounts have before they send anything: 10,000 ether. */
  private static final BigInteger GENESIS_BALANCE = BigInteger.TEN.pow(22);

  /** Looks at every block, by the node itself; each transaction has to have succeeded. */
  static ChainCount of(Devnet devnet) {
    DevnetNode node = new DevnetNode(devnet.anvil().rpcUrl());
    ChainCount count = new ChainCount(0, 0, 0, 0, BigInteger.ZERO);
    Set<String> seen = new HashSet<>();
    long head = node.quantity("eth_blockNumber").longValueExact();
    for (long number = 1; number <= head; number++) {
      JsonNode block = node.ask("eth_getBlockByNumber", "0x" + Long.toHexString(number), true);
      for (JsonNode transaction : block.path("transactions")) {
        if (transaction.path("type").asText().equals("0x3")) {
          String hash = transaction.path("hash").asText();
          assertThat(seen.add(hash)).as("first inclusion of %s", hash).isTrue();
          count = count.plus(transaction, node.ask("eth_getTransactionReceipt", hash));
        }
      }
    }
    return count;
  }

  private ChainCount plus(JsonNode transaction, JsonNode receipt) {
    assertThat(receipt.path("status").asText())
        .as("status of %s", transaction.path("hash"))
        .isEqualTo("0x1");
    BigInteger used = DevnetNode.quantity(receipt.path("gasUsed"));
    BigInteger blobUsed = DevnetNode.quantity(receipt.path("blobGasUsed"));
    return new ChainCount(
        transactions + 1,
        blobs + transaction.path("blobVersionedHashes").size(),
        gas + used.longValueExact(),
        blobGas + blobUsed.longValueExact(),
        wei.add(used.multiply(DevnetNode.quantity(receipt.path("effectiveGasPrice"))))
            .add(blobUsed.multiply(DevnetNode.quantity(receipt.path("blobGasPrice")))));
  }

  /**
   * The chain has every blob of the release once and in order, sealed, in as many transactions as
   * the accounts used nonces, for as much as they paid; nothing else of theirs is in a block or
   * pending.
   */
  void assertPublishedOnce(Devnet devnet, StagedRelease release, List<String> accounts) {
    PublishedRelease published =
        ChainReleases.connect(
                URI.create(devnet.anvil().rpcUrl()),
                URI.create(devnet.beaconUrl()),
                devnet.registryAddress())
            .read(release.name(), Optional.empty())
            .published();
    assertThat(published.blobHashes()).isEqualTo(release.blobs());
    assertThat(published.rootManifest().blobHashes()).isEqualTo(release.rootManifest());
    assertThat(published.batches()).hasSize(transactions - 1);
    assertThat(blobs).isEqualTo(release.allBlobs());
    DevnetNode node = new DevnetNode(devnet.anvil().rpcUrl());
    BigInteger nonces = BigInteger.ZERO;
    BigInteger paid = BigInteger.ZERO;
    List<BigInteger> pending = new ArrayList<>();
    List<BigInteger> latest = new ArrayList<>();
    for (String account : accounts) {
      latest.add(node.quantity("eth_getTransactionCount", account, "latest"));
      pending.add(node.quantity("eth_getTransactionCount", account, "pending"));
      nonces = nonces.add(latest.get(latest.size() - 1));
      paid = paid.add(GENESIS_BALANCE).subtract(node.quantity("eth_getBalance", account, "latest"));
    }
    assertThat(pending).isEqualTo(latest);
    assertThat(nonces).isEqualTo(BigInteger.valueOf(transactions));
    assertThat(paid).isEqualTo(wei);
  }
}
