package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.jobs.OnnxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a release is compressed, and what keeps one from being published, on a small model. */
@Timeout(120)
class CompressionIT {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static Path keys;
  private static Path model;
  private static Path next;

  @BeforeAll
  static void start() throws IOException {
    devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1));
    keys = Files.writeString(shared.resolve("keys"), devnet.publisherKeys().get(0));
    model =
        new OnnxFile()
            .normalTensor("first", 1, 128, 256)
            .normalTensor("second", 2, 256, 64)
            .products(128, 64, "first", "second")
            .write(Files.createDirectory(shared.resolve("v1")).resolve("model.onnx"));
    next =
        new OnnxFile()
            .normalTensor("first", 1, 128, 256)
            .normalTensor("second", 3, 256, 64)
            .products(128, 64, "first", "second")
            .write(Files.createDirectory(shared.resolve("v2")).resolve("model.onnx"));
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  private List<String> publish(Path input, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "publish",
                input.toString(),
                "--key-file",
                keys.toString(),
                "--staging",
                folder.resolve("staging").toString(),
                "--journal",
                folder.resolve("journal").toString(),
                "--poll-seconds",
                "0.05",
                "--parallelism",
                "1",
                "--json"));
    arguments.addAll(chain());
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static List<String> chain() {
    return List.of(
        "--rpc",
        devnet.rpcUrl(),
        "--beacon",
        devnet.beaconUrl(),
        "--registry",
        devnet.registryAddress());
  }

  private static int sent() {
    return devnet.gate().acceptedTransactions().size();
  }

  private CommandRun refused(String... more) {
    int before = sent();
    CommandRun run = CommandRun.of(publish(model, more));
    assertThat(sent()).isEqualTo(before);
    return run;
  }

  @Test
  void aReleaseUnderItsGateIsNotPublished() throws IOException {
    CommandRun run = refused("--name", "gate/bad@1", "--profile", "int4", "--keep-quality", "0.99");

    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(run.json().path("ok").booleanValue()).isFalse();
    JsonNode release = run.json().at("/releases/0");
    assertThat(release.path("passed").booleanValue()).isFalse();
    assertThat(release.path("publication").isNull()).isTrue();
    JsonNode result = release.at("/quality/artifacts/0/result");
    assertThat(result.path("kind").asText()).isEqualTo("other");
    assertThat(result.path("score").doubleValue()).isBetween(0.7, 0.99);
    assertThat(result.path("hurting").findValuesAsText("name"))
        .containsExactlyInAnyOrder("first", "second");
    List<String> plain = publish(model, "--name", "gate/bad@1", "--profile", "int4");
    plain.remove("--json");
    plain.addAll(List.of("--keep-quality", "0.99"));
    CommandRun text = CommandRun.of(plain);
    assertThat(text.exitCode()).isEqualTo(1);
    assertThat(text.out()).contains("is below 0.99", "NOT PUBLISHED", "first", "second");
  }

  @Test
  void aReleaseThatKeepsItsQualityIsPublishedAndSaysSo() throws IOException {
    CommandRun run =
        CommandRun.of(
            publish(
                model, "--name", "gate/good@1", "--profile", "int8", "--keep-quality", "0.980"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode result = run.json().at("/releases/0/quality/artifacts/0/result");
    assertThat(result.path("passed").booleanValue()).isTrue();
    assertThat(result.path("target").doubleValue()).isEqualTo(0.98);
    assertThat(result.path("hurting")).isEmpty();
    assertThat(result.at("/sets/0/quality/relativeError").doubleValue()).isBetween(1e-4, 0.02);
  }

  /** The graph in one file, its weights in two others. */
  @Test
  void aModelWithExternalDataIsRunAsAWhole() throws IOException {
    Path whole = Files.createDirectories(folder.resolve("external/weights")).getParent();
    Random random = new Random(9);
    for (String name : List.of("first", "second")) {
      ByteBuffer values = ByteBuffer.allocate(128 * 128 * 4).order(ByteOrder.LITTLE_ENDIAN);
      while (values.hasRemaining()) {
        values.putFloat((float) random.nextGaussian());
      }
      Files.write(whole.resolve("weights").resolve(name), values.array());
    }
    Path external =
        new OnnxFile()
            .externalTensor("first", "weights/first", 128, 128)
            .externalTensor("second", "weights/second", 128, 128)
            .products(128, 128, "first", "second")
            .write(whole.resolve("model.onnx"));

    new OnnxFile()
        .externalTensor("first", "weights/first", 128, 128)
        .products(128, 128, "first")
        .write(whole.resolve("half.onnx"));
    CommandRun both =
        CommandRun.of(
            publish(
                whole,
                "--name",
                "gate/both@1",
                "--keep-quality",
                "0.98",
                "--profile",
                "int8",
                "--dry-run"));
    assertThat(both.exitCode()).as(both.err()).isZero();
    assertThat(both.json().at("/releases/0/quality/artifacts").findValuesAsText("path"))
        .containsExactlyInAnyOrder("half.onnx", "model.onnx");

    CommandRun good =
        CommandRun.of(
            publish(
                external,
                "--name",
                "gate/external@1",
                "--keep-quality",
                "0.98",
                "--profile",
                "int8",
                "--dry-run"));
    assertThat(good.exitCode()).as(good.err()).isZero();
    JsonNode result = good.json().at("/releases/0/quality/artifacts/0/result");
    assertThat(result.at("/sets/0/quality/relativeError").doubleValue()).isBetween(1e-4, 0.02);

    CommandRun bad =
        CommandRun.of(
            publish(
                external,
                "--name",
                "gate/external@1",
                "--keep-quality",
                "0.99",
                "--profile",
                "int4"));
    assertThat(bad.exitCode()).as(bad.err()).isEqualTo(1);
    assertThat(
            bad.json()
                .at("/releases/0/quality/artifacts/0/result/hurting")
                .findValuesAsText("name"))
        .containsExactlyInAnyOrder("first", "second");
  }

  @Test
  void aSizeThatIsMissedStopsIt() throws IOException {
    CommandRun bytes = refused("--name", "gate/big@1", "--profile", "int8", "--max-bytes", "9999");
    assertThat(bytes.exitCode()).as(bytes.err()).isEqualTo(1);
    assertThat(bytes.json().at("/releases/0/notices").toString())
        .contains("encoded bytes, at most 9,999 were asked for");

    CommandRun blobs = refused("--name", "gate/big@1", "--max-blobs", "2");
    assertThat(blobs.exitCode()).as(blobs.err()).isEqualTo(2);
    assertThat(blobs.json().path("message").asText()).contains("expected 4 or more");
  }

  @Test
  void aBudgetLimitsTheSizeOfEntropy() throws IOException {
    CommandRun run =
        refused("--name", "gate/poor@1", "--profile", "entropy", "--budget-eth", "0.0000001");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.json().path("message").asText()).contains("at most 0 blobs");
  }

  @Test
  void prunedWeightsAreReported() throws IOException {
    CommandRun run =
        CommandRun.of(publish(model, "--name", "gate/pruned@1", "--prune", "2:4", "--dry-run"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode sparsity = run.json().at("/releases/0/quality/sparsity");
    assertThat(sparsity.findValuesAsText("tensor")).containsExactly("first", "second");
    for (JsonNode tensor : sparsity) {
      assertThat(tensor.path("share").doubleValue()).isBetween(0.5, 0.51);
    }
  }

  @Test
  void aDeltaIsPublishedAndRebuiltBitForBit() throws Exception {
    CommandRun first =
        CommandRun.of(publish(model, "--name", "gate/delta@1", "--profile", "lossless"));
    assertThat(first.exitCode()).as(first.err()).isZero();
    CommandRun second =
        CommandRun.of(
            publish(
                next,
                "--name",
                "gate/delta@2",
                "--profile",
                "lossless",
                "--parent",
                "gate/delta@1"));
    assertThat(second.exitCode()).as(second.err()).isZero();
    JsonNode release = second.json().at("/releases/0");
    assertThat(release.at("/delta/parent").asText()).isEqualTo("gate/delta@1");
    assertThat(release.at("/delta/sameChunks").intValue()).isPositive();
    assertThat(release.path("encodedBytes").longValue())
        .isLessThan(first.json().at("/releases/0/encodedBytes").longValue() / 2);

    List<String> fetch =
        new ArrayList<>(
            List.of("fetch", "gate/delta@2", "--out", folder.resolve("out").toString()));
    fetch.addAll(chain());
    CommandRun fetched = CommandRun.of(fetch);
    assertThat(fetched.exitCode()).as(fetched.err()).isZero();
    assertThat(folder.resolve("out/model.onnx")).hasSameBinaryContentAs(next);

    CommandRun orphan =
        refused("--name", "gate/orphan@1", "--profile", "lossless", "--parent", "gate/none@1");
    assertThat(orphan.exitCode()).isEqualTo(2);
    assertThat(orphan.json().path("message").asText())
        .contains("gate/none@1", "must be published and sealed before its delta");
  }

  @ParameterizedTest
  @CsvSource({
    "--keep-quality 1.5,expected a number between 0 and 1",
    "--keep-quality high,expected a number between 0 and 1",
    "--max-bytes 0,expected 1 or more",
    "--pooling max,expected mean or cls",
    "--prune 4:2,expected a share such as 0.3",
    "--profile lossless --keep-quality 0.9,needs another profile than lossless",
    "--profile lossless --prune 0.3,needs another profile than lossless",
    "--profile entropy --keep-quality 0.9 --tokenizer nowhere.json,no such file",
    "--profile int8 --keep-quality 0.9 --samples nowhere.txt,nowhere.txt"
  })
  void badGoalsAreRefused(String options, String message) throws IOException {
    List<String> all = new ArrayList<>(List.of(options.split(" ")));
    all.addAll(List.of("--name", "gate/wrong@1"));
    CommandRun run = refused(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.json().path("message").asText()).contains(message);
  }

  @Test
  void aCatalogSaysItForEachRelease() throws IOException {
    Path catalog =
        Files.writeString(
            folder.resolve("catalog.yaml"),
            """
            releases:
              - {name: gate/a, version: "1", model: %s, profile: int8, keepQuality: 0.9}
              - {name: gate/b, version: "1", model: %s, profile: int4-tensor, keepQuality: 0.99}
            """
                .formatted(model, next));
    int before = sent();
    CommandRun run = CommandRun.of(publish(catalog));

    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    assertThat(sent()).isEqualTo(before);
    assertThat(run.json().path("releases").findValuesAsText("passed"))
        .containsSubsequence("true", "false");

    CommandRun twice = CommandRun.of(publish(catalog, "--keep-quality", "0.5"));
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.json().path("message").asText()).contains("--keep-quality is for a MODEL");
  }
}
