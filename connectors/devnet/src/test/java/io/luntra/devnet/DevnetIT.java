package io.luntra.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.contracts.Deployment;
import io.luntra.contracts.ModelRegistry;
import io.luntra.failure.LuntraException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.web3j.crypto.Credentials;
import org.web3j.utils.Numeric;

@Timeout(60)
class DevnetIT {
  /** Returns 42 to any call: a constructor that copies ten bytes, then those. */
  private static final byte[] ANSWERS_43 =
      Numeric.hexStringToByteArray("600a600c600039600a6000f3602b60005260206000f3");

  /** A constructor that reverts. */
  private static final byte[] REVERTS = Numeric.hexStringToByteArray("60006000fd");

  @ParameterizedTest
  @EnumSource
  void standsReadyHoweverItMines(Mining mining) {
    AnvilOptions options =
        switch (mining) {
          case ON_TRANSACTION -> AnvilOptions.defaults();
          case ON_TRANSACTION_AND_INTERVAL ->
              AnvilOptions.defaults().withIdleBlocks(Duration.ofMillis(200));
          case ON_INTERVAL -> AnvilOptions.defaults().withBlockTime(Duration.ofMillis(200));
          case ON_DEMAND -> AnvilOptions.defaults().withMiningOnDemand();
        };
    long pid;
    try (Devnet devnet =
        Devnet.start(DevnetOptions.defaults().withAnvil(options).withPublishers(3))) {
      pid = devnet.anvil().pid();
      JsonRpc rpc = new JsonRpc(URI.create(devnet.rpcUrl()));
      for (Deployment.Contract contract : devnet.contracts().contracts()) {
        String code = rpc.call("eth_getCode", contract.address(), "latest").asText();
        assertThat(code).as(contract.name()).hasSizeGreaterThan(1000);
      }
      assertThat(rpc.quantity("eth_chainId")).isEqualTo(devnet.chainId());
      assertThat(devnet.beaconUrl()).isEqualTo(devnet.gate().rpcUrl());
      assertThat(devnet.publisherKeys()).hasSize(3).doesNotHaveDuplicates();
      for (String key : devnet.publisherKeys()) {
        String lane = Credentials.create(key).getAddress();
        assertThat(rpc.quantity("eth_getTransactionCount", lane, "latest")).isZero();
      }
      assertThat(devnet.gate().acceptedTransactions())
          .hasSameSizeAs(devnet.contracts().contracts())
          .allSatisfy(
              deployment -> {
                assertThat(deployment.type()).isEqualTo(2);
                assertThat(deployment.sender())
                    .isEqualTo(devnet.anvil().devAccounts().get(9).getAddress());
              });
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void findsItsContractsAgainAfterARestart(@TempDir Path folder) {
    DevnetOptions options =
        DevnetOptions.defaults()
            .withAnvil(AnvilOptions.defaults().withStateFile(folder.resolve("state.json")));
    String address;
    try (Devnet devnet = Devnet.start(options)) {
      address = devnet.registryAddress();
      JsonRpc rpc = new JsonRpc(URI.create(devnet.rpcUrl()));
      String code = rpc.call("eth_getCode", address, "latest").asText();
      // Without its immutables: the last bytes are those of the build.
      assertThat(ModelRegistry.BINARY).endsWith(code.substring(code.length() - 100));
      assertThat(devnet.deploy(ANSWERS_43)).isNotEqualTo(address);
    }
    try (Devnet devnet = Devnet.start(options)) {
      assertThat(devnet.registryAddress()).isEqualTo(address);
      assertThat(devnet.gate().acceptedTransactions()).isEmpty();
    }
  }

  @Test
  void closesEverythingWhenDeploymentFails() {
    Deployment build = Deployment.ofThisBuild();
    Deployment.Contract reverts =
        new Deployment.Contract("Reverts", "0x" + "42".repeat(20), REVERTS);
    assertThatThrownBy(
            () ->
                Devnet.start(
                    DevnetOptions.defaults(),
                    new Deployment(
                        reverts,
                        build.references(),
                        build.attestations(),
                        build.market(),
                        build.proofs())))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("eth_estimateGas");
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }
}
