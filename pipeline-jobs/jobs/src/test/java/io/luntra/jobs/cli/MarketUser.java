package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.web3j.crypto.Credentials;

/** Somebody with a key on a devnet, at the command line. */
record MarketUser(Devnet devnet, Path folder, Credentials key) {

  /** A folder of its own holds the key, and what was sent. */
  static MarketUser of(Devnet devnet, Path parent, Credentials key) throws IOException {
    Path folder = Files.createDirectories(parent.resolve(key.getAddress()));
    Files.writeString(folder.resolve("key"), "%064x".formatted(key.getEcKeyPair().getPrivateKey()));
    return new MarketUser(devnet, folder, key);
  }

  String address() {
    return key.getAddress();
  }

  private List<String> chain(String line, String... more) {
    List<String> all = new ArrayList<>(List.of(line.split(" ")));
    all.addAll(List.of(more));
    all.addAll(List.of("--rpc", devnet.rpcUrl(), "--registry", devnet.registryAddress(), "--json"));
    return all;
  }

  /** Runs a command that asks, and sends and signs nothing. */
  CommandRun ask(String line, String... more) {
    return CommandRun.of(chain(line, more));
  }

  /** Runs a command that signs, and sends nothing. */
  CommandRun sign(String line, String... more) {
    List<String> all = chain(line, more);
    all.addAll(List.of("--key-file", folder.resolve("key").toString()));
    return CommandRun.of(all);
  }

  /** Runs a command that sends. */
  CommandRun send(String line, String... more) {
    List<String> all = chain(line, more);
    all.addAll(
        List.of(
            "--key-file",
            folder.resolve("key").toString(),
            "--calls",
            folder.resolve("calls").toString()));
    return CommandRun.of(all);
  }

  /** The document of a run that ended well. */
  static JsonNode done(CommandRun run) throws IOException {
    assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
    return run.json();
  }

  /** What the market owes it, in wei. */
  BigInteger credit() throws IOException {
    return new BigInteger(
        done(ask("license balance --account " + address())).at("/credits/0/credit").asText());
  }

  /** Withdraws all ether; what it was, in wei. */
  BigInteger withdraw(String to) throws IOException {
    return new BigInteger(done(send("license withdraw --to " + to)).at("/result/credit").asText());
  }

  /** How many licenses it ever got. */
  int licenses() throws IOException {
    return done(ask("license list --account " + address())).path("licenses").size();
  }
}
