package io.luntra.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AnvilProcessIT {
  @TempDir Path folder;

  @Test
  void answersThenLeavesNoProcess() {
    AnvilProcess anvil = AnvilProcess.start(AnvilOptions.defaults().withChainId(4242));
    try {
      assertThat(isAlive(anvil.pid())).isTrue();
      assertThat(rpc(anvil).quantity("eth_chainId")).isEqualTo(4242);
    } finally {
      anvil.close();
    }
    assertThat(isAlive(anvil.pid())).isFalse();
    anvil.close();
  }

  @Test
  void derivesTheAccountsThatAnvilFunds() {
    try (AnvilProcess anvil = AnvilProcess.start(AnvilOptions.defaults().withAccounts(12, 7))) {
      JsonNode accounts = rpc(anvil).call("eth_accounts");
      assertThat(anvil.devAccounts())
          .extracting(account -> account.getAddress())
          .containsExactlyElementsOf(
              StreamSupport.stream(accounts.spliterator(), false).map(JsonNode::asText).toList());
      assertThat(rpc(anvil).quantity("eth_getBalance", accounts.get(11).asText(), "latest"))
          .isEqualTo("7000000000000000000");
    }
  }

  @Test
  void keepsTheChainInItsStateFile() {
    AnvilOptions options = AnvilOptions.defaults().withStateFile(folder.resolve("state.json"));
    JsonNode block;
    try (AnvilProcess anvil = AnvilProcess.start(options)) {
      rpc(anvil).call("anvil_mine", "0x3");
      block = rpc(anvil).call("eth_getBlockByNumber", "0x3", false).get("hash");
    }
    try (AnvilProcess anvil = AnvilProcess.start(options)) {
      assertThat(rpc(anvil).quantity("eth_blockNumber")).isEqualTo(3);
      assertThat(rpc(anvil).call("eth_getBlockByNumber", "0x3", false).get("hash"))
          .isEqualTo(block);
    }
  }

  @Test
  void minesByTime() {
    try (AnvilProcess anvil =
        AnvilProcess.start(AnvilOptions.defaults().withBlockTime(Duration.ofMillis(100)))) {
      while (rpc(anvil).quantity("eth_blockNumber").intValueExact() < 2) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void showsTheLastOutputOfOneThatDiesButNoKey() throws IOException {
    Path state = Files.writeString(folder.resolve("state.json"), "{ not a state");

    assertThatThrownBy(() -> AnvilProcess.start(AnvilOptions.defaults().withStateFile(state)))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("anvil ended before it listened")
        .hasMessageContaining("state.json");
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void outputKeepsNoKeyAndIsBounded() {
    StringBuilder printed = new StringBuilder();
    printed.append("(0) 0x").append("ab".repeat(32)).append('\n');
    printed.append("Mnemonic:          test test junk\n");
    for (int i = 0; i < 1000; i++) {
      printed.append("line ").append(i).append(" x".repeat(1000)).append('\n');
    }
    AnvilOutput output =
        new AnvilOutput(
            new ByteArrayInputStream(printed.toString().getBytes(StandardCharsets.UTF_8)));
    output.run();

    assertThat(output.port()).isCompletedExceptionally();
    assertThat(output.tail()).contains("line 999").hasSizeLessThan(20_000);
    AnvilOutput keys =
        new AnvilOutput(
            new ByteArrayInputStream(printed.substring(0, 150).getBytes(StandardCharsets.UTF_8)));
    keys.run();
    assertThat(keys.tail()).contains("line 0").doesNotContain("abab", "junk");
  }

  @Test
  void saysWhenItCannotStartOrDoesNotAnswer() throws IOException {
    Path ended = folder.resolve("ended");
    Files.writeString(ended, "#!/bin/sh\necho Listening on 127.0.0.1:1\n");
    assertThat(ended.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> AnvilProcess.start(ended, AnvilOptions.defaults()))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("does not answer at http://127.0.0.1:1");
    assertThatThrownBy(() -> AnvilProcess.start(folder, AnvilOptions.defaults()))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("Cannot start anvil");
  }

  @Test
  void endsWithTheVirtualMachineThatStartedIt() throws Exception {
    Process machine =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.dir=" + System.getProperty("user.dir"),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Unclosed.class.getName())
            .redirectErrorStream(true)
            .start();
    String first;
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(machine.getInputStream(), StandardCharsets.UTF_8))) {
      first = out.readLine();
      assertThat(first).startsWith("anvil ");
      long pid = Long.parseLong(first.substring("anvil ".length()));
      ProcessHandle.of(pid)
          .ifPresent(handle -> handle.onExit().orTimeout(30, TimeUnit.SECONDS).join());
      assertThat(isAlive(pid)).isFalse();
    } finally {
      machine.destroyForcibly().waitFor();
    }
  }

  @Test
  void optionsAreChecked() {
    AnvilOptions defaults = AnvilOptions.defaults();
    assertThatThrownBy(() -> defaults.withBlockTime(Duration.ZERO))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Block time");
    assertThatThrownBy(() -> defaults.withChainId(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Chain id");
    assertThatThrownBy(() -> defaults.withAccounts(0, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("accounts");
    assertThatThrownBy(() -> new DevnetOptions(defaults, 10))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected 1 to 9");
    assertThat(defaults.withBlockTime(Duration.ofMillis(1500)).arguments())
        .containsSequence(List.of("--block-time", "1.5"));
    assertThat(defaults.toString()).doesNotContain("junk");
  }

  /** Starts an anvil, says its process id and ends without closing it. */
  static final class Unclosed {
    private Unclosed() {}

    public static void main(String[] arguments) {
      System.out.println("anvil " + AnvilProcess.start(AnvilOptions.defaults()).pid());
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static JsonRpc rpc(AnvilProcess anvil) {
    return new JsonRpc(URI.create(anvil.rpcUrl()));
  }
}
