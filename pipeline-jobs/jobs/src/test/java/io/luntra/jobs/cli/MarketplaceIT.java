package io.luntra.jobs.cli;

import static io.luntra.jobs.cli.MarketUser.done;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.ethereum.node.ExecutionNodes;
import io.luntra.ethereum.node.Node;
import io.luntra.jobs.OnnxFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;

/**
 * The whole story at the command line: releases and a merge, their history, licenses of three
 * kinds, and every wei of them paid out.
 */
@Timeout(180)
class MarketplaceIT {
  private static final String FIRST = "story/base@1";
  private static final String OTHER = "story/other@1";
  private static final String MERGE = "story/base@2";

  @TempDir Path folder;

  private Devnet devnet;
  private MarketUser seller;

  private void publish(String name, int seed, String... more) throws IOException {
    Path model =
        new OnnxFile()
            .normalTensor("same", 1, 64, 64)
            .normalTensor("changed", seed, 64, 64)
            .write(Files.createDirectory(folder.resolve("v" + seed)).resolve("model.onnx"));
    List<String> arguments =
        new ArrayList<>(List.of("publish", model.toString(), "--name", name, "--json"));
    arguments.addAll(List.of("--profile", "lossless", "--parallelism", "1"));
    arguments.addAll(List.of("--key-file", seller.folder().resolve("key").toString()));
    arguments.addAll(List.of("--staging", folder.resolve("staging").toString()));
    arguments.addAll(List.of("--journal", folder.resolve("journal").toString()));
    arguments.addAll(List.of("--poll-seconds", "0.05", "--rpc", devnet.rpcUrl()));
    arguments.addAll(
        List.of("--beacon", devnet.beaconUrl(), "--registry", devnet.registryAddress()));
    arguments.addAll(Arrays.asList(more));
    done(CommandRun.of(arguments));
  }

  private Path terms(String royalty, MarketUser attester, MarketUser... payees) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("uses: [research, commercial]\nprice: \"100.000000000000000007\"\n");
    text.append("classes: {academic: \"0\", clinic: \"10\"}\nregions: {eu: \"0.9\"}\n");
    text.append("duration: 365d\nroyalty: ").append(royalty);
    text.append("\nattesters: [").append(attester.address()).append("]\npayees:\n");
    text.append("  ").append(payees[0].address()).append(": 70%\n");
    text.append("  ").append(payees[1].address()).append(": 30%\n");
    return Files.writeString(Files.createTempFile(folder, "terms", ".yaml"), text);
  }

  private BigInteger buy(MarketUser buyer, String maxPrice, String... voucher) throws IOException {
    JsonNode bought =
        done(buyer.send("license buy " + MERGE + " --max-price " + maxPrice, voucher));
    return new BigInteger(bought.at("/result/price").asText());
  }

  private String voucher(MarketUser attester, MarketUser buyer, String options) throws IOException {
    Path file = folder.resolve(buyer.address() + ".voucher.json");
    done(
        attester.sign(
            "license voucher " + MERGE + " --nonce random --buyer " + buyer.address() + options,
            "--out",
            file.toString()));
    return file.toString();
  }

  @Test
  void fromTwoReleasesAndAMergeToTheLastWei() throws Exception {
    try (Devnet chain = Devnet.start(DevnetOptions.defaults())) {
      devnet = chain;
      List<Credentials> accounts = chain.anvil().devAccounts();
      List<MarketUser> users = new ArrayList<>();
      for (Credentials account : accounts.subList(0, 8)) {
        users.add(MarketUser.of(chain, folder, account));
      }
      seller = users.get(0);
      MarketUser data = users.get(1);
      MarketUser compute = users.get(2);
      MarketUser attester = users.get(3);

      publish(FIRST, 2);
      publish(OTHER, 3);
      publish(MERGE, 4, "--parent", FIRST, "--merged-from", OTHER);

      JsonNode log = done(seller.ask("log story/base")).path("releases");
      assertThat(log).extracting(entry -> entry.path("version").asText()).startsWith("2", "1");
      assertThat(log.at("/0/parents"))
          .extracting(
              parent -> parent.path("name").asText() + "@" + parent.path("version").asText())
          .containsExactly(FIRST, OTHER);

      JsonNode diff =
          done(seller.ask("diff " + FIRST + " " + MERGE, "--beacon", chain.beaconUrl()));
      assertThat(diff.toString()).contains("\"same\"", "\"changed\"");

      done(
          seller.send("license publish " + FIRST, terms("10%", attester, seller, data).toString()));
      done(
          seller.send(
              "license publish " + OTHER, terms("20%", attester, compute, seller).toString()));
      JsonNode terms =
          done(
              seller.send(
                  "license publish " + MERGE, terms("0%", attester, data, compute).toString()));
      assertThat(terms.at("/result/terms/royalties"))
          .extracting(royalty -> royalty.path("bps").intValue())
          .containsExactly(1_000, 2_000);

      MarketUser academic = users.get(4);
      MarketUser clinic = users.get(5);
      MarketUser hospital = users.get(6);
      BigInteger paid =
          buy(academic, "0", "--voucher", voucher(attester, academic, " --class academic"))
              .add(
                  buy(
                      clinic,
                      "9",
                      "--voucher",
                      voucher(attester, clinic, " --class clinic --region eu")))
              .add(buy(hospital, "100.000000000000000007"));
      assertThat(paid).isEqualTo(new BigInteger("109000000000000000007"));

      Node node = ExecutionNodes.node(List.of(chain.rpcUrl()));
      String market = chain.contracts().market().address();
      assertThat(node.balance(market)).isEqualTo(paid);
      done(academic.send("license distribute " + FIRST));
      done(academic.send("license distribute " + OTHER));
      String vault = "0x" + "5a".repeat(20);
      BigInteger withdrawn = BigInteger.ZERO;
      for (MarketUser payee : List.of(seller, data, compute)) {
        withdrawn = withdrawn.add(payee.withdraw(vault));
      }
      assertThat(withdrawn).isEqualTo(paid);
      assertThat(node.balance(vault)).isEqualTo(paid);
      assertThat(node.balance(market)).isZero();
    }
  }
}
