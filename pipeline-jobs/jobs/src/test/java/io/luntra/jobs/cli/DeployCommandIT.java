package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.devnet.AnvilOptions;
import io.luntra.devnet.AnvilProcess;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class DeployCommandIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private JsonNode deploy(AnvilProcess anvil, String... more) throws Exception {
    Path keys = folder.resolve("keys");
    Files.writeString(
        keys, "%064x".formatted(anvil.devAccounts().get(3).getEcKeyPair().getPrivateKey()));
    List<String> arguments = new ArrayList<>(List.of("deploy", "--rpc", anvil.rpcUrl(), "--json"));
    arguments.addAll(List.of("--key-file", keys.toString()));
    arguments.addAll(List.of("--calls", folder.resolve("calls").toString()));
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  @Test
  void putsEveryContractWhereADevnetHasIt() throws Exception {
    Path out = folder.resolve("contracts.json");
    try (AnvilProcess anvil =
        AnvilProcess.start(AnvilOptions.defaults().withIdleBlocks(Duration.ofMillis(100)))) {
      JsonNode before = deploy(anvil, "--dry-run");
      assertThat(before.get("contracts"))
          .allSatisfy(contract -> assertThat(contract.get("deployed").asBoolean()).isFalse());

      JsonNode first = deploy(anvil, "--out", out.toString());
      assertThat(first.get("contracts"))
          .allSatisfy(
              contract -> {
                assertThat(contract.get("deployed").asBoolean()).isTrue();
                assertThat(contract.get("gasUsed").asLong()).isBetween(500_000L, 8_000_000L);
              });

      JsonNode again = deploy(anvil);
      assertThat(again.get("contracts"))
          .allSatisfy(contract -> assertThat(contract.get("transaction").isNull()).isTrue());
    }
    JsonNode artifacts = JSON.readTree(out.toFile());
    assertThat(artifacts.get("chainId").asLong()).isEqualTo(31337);
    assertThat(artifacts.get("contracts"))
        .allSatisfy(contract -> assertThat(contract.get("abi").size()).isGreaterThan(10));
    try (Devnet devnet = Devnet.start(DevnetOptions.defaults())) {
      assertThat(artifacts.get("contracts").get(0).get("address").asText())
          .isEqualTo(devnet.registryAddress());
    }
  }
}
