package io.luntra.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.contracts.ModelRegistry;
import io.luntra.failure.InvalidInputException;
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
  private static final byte[] ANSWERS_42 =
      Numeric.hexStringToByteArray("600a600c600039600a6000f3602a60005260206000f3");

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
        Devnet.start(DevnetOptions.defaults().withAnvil(options).withPublishers(3), ANSWERS_42)) {
      pid = devnet.anvil().pid();
      JsonRpc rpc = new JsonRpc(URI.create(devnet.rpcUrl()));
      assertThat(rpc.call("eth_getCode", devnet.registryAddress(), "latest").asText())
          .isEqualTo("0x602a60005260206000f3");
      assertThat(rpc.quantity("eth_chainId")).isEqualTo(devnet.chainId());
      assertThat(devnet.beaconUrl()).isEqualTo(devnet.gate().rpcUrl());
      assertThat(devnet.publisherKeys()).hasSize(3).doesNotHaveDuplicates();
      for (String key : devnet.publisherKeys()) {
        String lane = Credentials.create(key).getAddress();
        assertThat(rpc.quantity("eth_getTransactionCount", lane, "latest")).isZero();
      }
      assertThat(devnet.gate().acceptedTransactions())
          .singleElement()
          .satisfies(
              deployment -> {
                assertThat(deployment.type()).isEqualTo(2);
                assertThat(deployment.sender())
                    .isEqualTo(devnet.anvil().devAccounts().get(9).getAddress());
              });
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void holdsTheModelRegistryOfThisBuild(@TempDir Path folder) {
    DevnetOptions options =
        DevnetOptions.defaults()
            .withAnvil(AnvilOptions.defaults().withStateFile(folder.resolve("state.json")));
    String address;
    try (Devnet devnet = Devnet.start(options)) {
      address = devnet.registryAddress();
      JsonRpc rpc = new JsonRpc(URI.create(devnet.rpcUrl()));
      String code = rpc.call("eth_getCode", address, "latest").asText();
      // Without its immutables: the last bytes are the compiler's digest of the sources.
      assertThat(ModelRegistry.BINARY).endsWith(code.substring(code.length() - 100));
    }
    try (Devnet devnet = Devnet.start(options)) {
      assertThat(devnet.registryAddress()).isEqualTo(address);
      assertThat(devnet.gate().acceptedTransactions()).isEmpty();
    }
  }

  @Test
  void findsItsRegistryAgainAfterARestart(@TempDir Path folder) {
    DevnetOptions options =
        DevnetOptions.defaults()
            .withAnvil(AnvilOptions.defaults().withStateFile(folder.resolve("state.json")));
    String address;
    try (Devnet devnet = Devnet.start(options, ANSWERS_42)) {
      address = devnet.registryAddress();
      assertThat(devnet.deploy(ANSWERS_43)).isNotEqualTo(address);
    }
    try (Devnet devnet = Devnet.start(options, ANSWERS_42)) {
      assertThat(devnet.registryAddress()).isEqualTo(address);
      assertThat(devnet.gate().acceptedTransactions()).isEmpty();
    }
    assertThatThrownBy(() -> Devnet.start(options, ANSWERS_43))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(address);
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void closesEverythingWhenDeploymentFails() {
    assertThatThrownBy(() -> Devnet.start(DevnetOptions.defaults(), REVERTS))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("eth_estimateGas");
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }
}
