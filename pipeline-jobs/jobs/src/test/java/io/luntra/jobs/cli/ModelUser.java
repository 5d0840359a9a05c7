package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.jobs.OnnxFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Somebody with an account on a devnet, at the command line. */
final class ModelUser {
  private final Devnet devnet;
  private final Path folder;
  private final Path key;

  /**
   * @param number of the account, from 0
   */
  ModelUser(Devnet devnet, Path folder, int number) {
    this.devnet = devnet;
    this.folder = folder;
    this.key = folder.resolve("key" + number);
    try {
      Files.writeString(key, devnet.publisherKeys().get(number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A chain with four accounts that publish. */
  static Devnet devnet() {
    return Devnet.start(DevnetOptions.defaults());
  }

  /** 0x and 40 lower-case digits. */
  String address() {
    try {
      return org.web3j.crypto.Credentials.create(Files.readString(key)).getAddress();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command that reads. */
  CommandRun read(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--rpc", devnet.rpcUrl(), "--registry", devnet.registryAddress()));
    all.addAll(List.of("--beacon", devnet.beaconUrl()));
    return CommandRun.of(all);
  }

  /** A command that sends. */
  CommandRun send(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--key-file", key.toString()));
    all.addAll(List.of("--calls", folder.resolve("calls").toString()));
    return read(all.toArray(String[]::new));
  }

  /** One that has to go through; gives its document. */
  JsonNode done(String... arguments) throws IOException {
    CommandRun run = send(with(arguments, "--json"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  /** One that reads and has to go through; gives its document. */
  JsonNode told(String... arguments) throws IOException {
    CommandRun run = read(with(arguments, "--json"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  /** One that the contract has to refuse for this reason. */
  void refused(String reason, String... arguments) {
    CommandRun run = send(arguments);
    assertThat(run.err()).contains(reason);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
  }

  /** Publishes a small model. */
  CommandRun publish(String name, String... more) throws IOException {
    Path model = folder.resolve("model.onnx");
    if (!Files.exists(model)) {
      new OnnxFile().normalTensor("encoder.weight", 1, 16, 16).write(model);
    }
    List<String> all = new ArrayList<>(List.of("--parallelism", "1"));
    all.addAll(List.of(more));
    return publish(model, name, "lossless", all.toArray(String[]::new));
  }

  /** Publishes a model. */
  CommandRun publish(Path model, String name, String profile, String... more) {
    List<String> all = new ArrayList<>(List.of("publish", model.toString(), "--name", name));
    all.addAll(List.of("--profile", profile, "--poll-seconds", "0.05"));
    all.addAll(List.of("--staging", folder.resolve("staging").toString()));
    all.addAll(List.of("--journal", folder.resolve("journal" + key.getFileName()).toString()));
    all.addAll(List.of("--key-file", key.toString()));
    all.addAll(List.of(more));
    return read(all.toArray(String[]::new));
  }

  private static String[] with(String[] arguments, String more) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(more);
    return all.toArray(String[]::new);
  }
}
