package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.contracts.Attestations;
import io.luntra.contracts.LicenseMarket;
import io.luntra.contracts.ModelReferences;
import io.luntra.contracts.ModelRegistry;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.jobs.OnnxFile;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Int256;
import org.web3j.abi.datatypes.generated.Uint128;
import org.web3j.abi.datatypes.generated.Uint16;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.RawTransactionManager;
import org.web3j.tx.gas.StaticGasProvider;

/**
 * Search, log and diff on a chain with: base@1, main@1, main@2 (a delta against it), main@3 (merged
 * from main@2 and base@1), their branches, tags, results, terms and owners.
 */
@Timeout(300)
class HistoryCommandsIT {
  private static final StaticGasProvider GAS =
      new StaticGasProvider(BigInteger.valueOf(20_000_000_000L), BigInteger.valueOf(1_000_000));
  private static final BigInteger PRICE = BigInteger.TEN.pow(16);
  private static final String REASON = "old\u001b[2J\nand \u202egone";

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static Credentials publisher;
  private static Credentials evaluator;
  private static Web3j web3j;

  @BeforeAll
  static void publish() throws Exception {
    devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1));
    publisher = Credentials.create(devnet.publisherKeys().get(0));
    evaluator = devnet.anvil().devAccounts().get(5);
    web3j = Web3j.build(new HttpService(devnet.rpcUrl()));
    Files.writeString(shared.resolve("keys"), devnet.publisherKeys().get(0));
    OnnxFile one = new OnnxFile().normalTensor("w", 1, 64, 64).normalTensor("b", 2, 1, 64);
    Path record =
        Files.writeString(
            shared.resolve("record.yaml"),
            "family: bert\narchitecture: transformer\nlicense: MIT OR Apache-2.0\n");
    publish(
        "history/base@1", one.write(shared.resolve("base.onnx")), "--record", record.toString());
    publish("history/main@1", one.write(shared.resolve("one.onnx")));
    publish(
        "history/main@2",
        changed().write(shared.resolve("two.onnx")),
        "--parent",
        "history/main@1");
    publish(
        "history/main@3",
        changed().normalTensor("new", 4, 2, 2).write(shared.resolve("three.onnx")),
        "--parent",
        "history/main@2",
        "--merged-from",
        "history/base@1");
    label();
    attest();
    sell();
  }

  private static OnnxFile changed() {
    return new OnnxFile().normalTensor("w", 3, 64, 64).normalTensor("b", 2, 1, 64);
  }

  private static void publish(String name, Path model, String... more) throws Exception {
    Path renamed =
        Files.createDirectories(shared.resolve(name.replace('/', '+'))).resolve("m.onnx");
    Files.move(model, renamed);
    List<String> arguments =
        new ArrayList<>(
            onChain(
                "publish",
                renamed.toString(),
                "--name",
                name,
                "--profile",
                "lossless",
                "--key-file",
                shared.resolve("keys").toString(),
                "--staging",
                shared.resolve("staging").toString(),
                "--journal",
                shared.resolve("journal").toString(),
                "--poll-seconds",
                "0.05",
                "--parallelism",
                "2"));
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private static RawTransactionManager sender(Credentials account) {
    return new RawTransactionManager(web3j, account, devnet.chainId(), 600, 50);
  }

  private static ModelRegistry registry(Credentials account) {
    return ModelRegistry.load(devnet.registryAddress(), web3j, sender(account), GAS);
  }

  /**
   * Ordinary transactions of the publisher come after its blobs: a pool takes one kind at a time.
   */
  private static void label() throws Exception {
    ModelReferences references =
        ModelReferences.load(
            devnet.contracts().references().address(), web3j, sender(publisher), GAS);
    Bytes32 none = Bytes32.DEFAULT;
    references.moveBranch(model(), new Utf8String("main"), none, id("2")).send();
    references.moveBranch(model(), new Utf8String("main"), id("2"), id("3")).send();
    references.moveBranch(model(), new Utf8String("gone"), none, id("1")).send();
    references.moveBranch(model(), new Utf8String("gone"), id("1"), none).send();
    references.moveBranch(model(), new Utf8String("stable"), none, id("2")).send();
    references.setTag(model(), new Utf8String("first"), id("1")).send();
    registry(publisher).setStatus(id("1"), new Uint8(2), id("2"), new Utf8String(REASON)).send();
  }

  private static void attest() throws Exception {
    Attestations attestations =
        Attestations.load(
            devnet.contracts().attestations().address(), web3j, sender(evaluator), GAS);
    Utf8String accuracy = new Utf8String("accuracy");
    for (String version : List.of("1", "2")) {
      attestations
          .attestBenchmark(
              id(version),
              new Utf8String("MTEB"),
              accuracy,
              new Int256(version.equals("1") ? -500_000_000L : 875_000_000L),
              Bytes32.DEFAULT)
          .send();
    }
    Int256 wrong = new Int256(1);
    attestations
        .attestBenchmark(id("3"), new Utf8String("wrong"), accuracy, wrong, Bytes32.DEFAULT)
        .send();
    Bytes32 wrongId =
        attestations
            .benchmarkIdOf(
                new Address(evaluator.getAddress()),
                id("3"),
                new Utf8String("wrong"),
                accuracy,
                wrong,
                Bytes32.DEFAULT)
            .send();
    attestations.revokeBenchmark(wrongId, new Utf8String("mistaken")).send();
  }

  private static void sell() throws Exception {
    LicenseMarket market =
        LicenseMarket.load(devnet.contracts().market().address(), web3j, sender(publisher), GAS);
    Bytes32 base = id("history/base", "1");
    market.publishTerms(base, terms(3)).send();
    market.publishTerms(id("1"), terms(3)).send();
    market.withdrawTerms(id("1")).send();
    registry(publisher)
        .transferFrom(
            new Address(publisher.getAddress()),
            new Address(evaluator.getAddress()),
            new Uint256(new BigInteger(1, modelId("history/base"))))
        .send();
  }

  private static LicenseMarket.Terms terms(int uses) {
    return new LicenseMarket.Terms(
        new Uint8(uses),
        Address.DEFAULT,
        new Uint128(PRICE),
        new DynamicArray<>(LicenseMarket.ClassPrice.class, List.of()),
        new DynamicArray<>(LicenseMarket.RegionMultiplier.class, List.of()),
        new Uint32(3600),
        new Uint16(1),
        new Uint64(0),
        new Uint128(0),
        new DynamicArray<>(Address.class, List.of()),
        Address.DEFAULT,
        new Uint16(0),
        new Uint16(0),
        new Uint16(0),
        new DynamicArray<>(
            LicenseMarket.Payee.class,
            List.of(
                new LicenseMarket.Payee(new Address(publisher.getAddress()), new Uint16(10_000)))),
        new DynamicArray<>(LicenseMarket.Royalty.class, List.of()));
  }

  private static byte[] modelId(String name) {
    return ReleaseIds.model(publisher.getAddress(), name).bytes();
  }

  private static Uint256 model() {
    return new Uint256(new BigInteger(1, modelId("history/main")));
  }

  private static Bytes32 id(String version) {
    return id("history/main", version);
  }

  private static Bytes32 id(String name, String version) {
    return new Bytes32(
        ReleaseIds.of(publisher.getAddress(), new ReleaseName(name, version)).bytes());
  }

  @AfterAll
  static void stop() {
    if (web3j != null) {
      web3j.shutdown();
    }
    if (devnet != null) {
      devnet.close();
    }
  }

  private static List<String> onChain(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--rpc",
            devnet.rpcUrl(),
            "--beacon",
            devnet.beaconUrl(),
            "--registry",
            devnet.registryAddress()));
    return all;
  }

  private CommandRun run(String... arguments) {
    List<String> all = onChain(arguments);
    all.addAll(List.of("--cache", shared.resolve("cache").toString()));
    return CommandRun.of(all);
  }

  private JsonNode json(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    CommandRun run = run(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  private List<String> names(String... arguments) throws Exception {
    return json(arguments).path("models").findValuesAsText("name");
  }

  private void assertRefused(String message, String... arguments) {
    CommandRun run = run(arguments);
    assertThat(run.err()).contains(message).doesNotContain("\tat ", "unexpected failure");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void findsModelsByNameAndOwner() throws Exception {
    assertThat(names("search")).containsExactly("history/main", "history/base");
    assertThat(names("search", "BASE")).containsExactly("history/base");
    assertThat(names("search", "nothing")).isEmpty();
    assertThat(names("search", "--owner", evaluator.getAddress())).containsExactly("history/base");
    assertThat(names("search", "--creator", publisher.getAddress())).hasSize(2);
    assertThat(names("search", "--limit", "1")).containsExactly("history/main");
    assertThat(json("search", "--limit", "1").path("found").intValue()).isEqualTo(2);
  }

  @Test
  void saysWhatAModelIsAndWhatOthersSayOfIt() throws Exception {
    JsonNode main = json("search", "main").at("/models/0");
    assertThat(main.path("releases").intValue()).isEqualTo(3);
    assertThat(main.at("/newest/version").asText()).isEqualTo("3");
    assertThat(main.at("/newest/status").asText()).isEqualTo("ACTIVE");
    assertThat(main.path("offer").isNull()).isTrue();
    assertThat(main.path("benchmarks").findValuesAsText("value")).containsExactly("0.875", "-0.5");
    assertThat(main.at("/benchmarks/0/evaluator").asText()).isEqualTo(evaluator.getAddress());

    JsonNode base = json("search", "base").at("/models/0");
    assertThat(base.path("owner").asText()).isEqualTo(evaluator.getAddress());
    assertThat(base.path("creator").asText()).isEqualTo(publisher.getAddress());
    assertThat(base.at("/offer/price").asText()).isEqualTo(PRICE.toString());
    assertThat(base.at("/offer/uses")).hasToString("[\"research\",\"commercial\"]");
    assertThat(run("search", "base").out())
        .contains("on sale      1: 0.01 ETH for research, commercial", "registered by");
  }

  @Test
  void findsModelsByLicenseAndBenchmark() throws Exception {
    assertThat(names("search", "--license", "commercial")).containsExactly("history/base");
    assertThat(names("search", "--license", "research,derivatives")).isEmpty();
    assertThat(names("search", "--benchmark", "mteb")).containsExactly("history/main");
    assertThat(names("search", "--benchmark", "wrong")).isEmpty();
  }

  @Test
  void findsModelsByWhatTheirRecordsSay() throws Exception {
    assertThat(names("search", "--architecture", "BERT")).containsExactly("history/base");
    assertThat(names("search", "--architecture", "transformer", "main")).isEmpty();
    assertThat(names("search", "--license", "apache-2.0")).containsExactly("history/base");
    assertThat(names("search", "--license", "mit,commercial")).containsExactly("history/base");
    assertThat(names("search", "--license", "mit,derivatives")).isEmpty();
    assertThat(names("search", "--license", "Apache")).isEmpty();
    List<String> noBeacon =
        onChain(
            "search",
            "--architecture",
            "bert",
            "--json",
            "--cache",
            folder.resolve("cache").toString());
    int option = noBeacon.indexOf("--beacon");
    noBeacon.set(option + 1, "http://127.0.0.1:1");
    CommandRun unreachable = CommandRun.of(noBeacon);
    assertThat(unreachable.exitCode()).isEqualTo(2);
    assertThat(unreachable.err()).contains("The beacon endpoint cannot be reached");
    noBeacon.subList(option, option + 2).clear();
    CommandRun refused = CommandRun.of(noBeacon);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("Give --beacon or set LUNTRA_BEACON");
  }

  @Test
  void logDrawsReleasesWithTheirParents() throws Exception {
    JsonNode log = json("log", "history/main");
    JsonNode releases = log.path("releases");
    assertThat(releases.findValuesAsText("block")).hasSize(4);
    assertThat(releases.get(0).path("parents").findValuesAsText("name"))
        .containsExactly("history/main", "history/base");
    assertThat(releases.get(0).path("branches")).hasToString("[\"main\"]");
    assertThat(releases.get(1).path("branches")).hasToString("[\"stable\"]");
    assertThat(releases.get(2).path("tags")).hasToString("[\"first\"]");
    assertThat(releases.get(2).path("status").asText()).isEqualTo("SUPERSEDED");
    assertThat(releases.get(2).path("reason").asText()).isEqualTo(REASON);
    assertThat(releases.get(2).path("successor").asText())
        .isEqualTo(releases.get(1).path("releaseId").asText());
    assertThat(releases.get(0).path("time").asText()).matches("20\\d\\d-.*Z");

    String text = run("log", "history/main").out();
    assertThat(text.lines().filter(line -> line.contains("@") || line.contains("\\")))
        .containsExactly(
            "* history/main@3 (main)",
            "|\\",
            "* | history/main@2 (stable)",
            "* | history/main@1 (tag: first)",
            "  |   SUPERSEDED by "
                + releases.get(1).path("releaseId").asText()
                + ": \"old\\u001b[2J"
                + "\\u000aand \\u202egone\"",
            "* history/base@1");
    assertThat(text).doesNotContain("\u001b", "\u202e");
    assertThat(run("log", "history/main", "--json").out()).doesNotContain("\u001b", "\u202e");
  }

  @Test
  void logBeginsWhereItIsAsked() throws Exception {
    assertThat(json("log", "history/main", "--branch", "stable").path("releases"))
        .extracting(release -> release.path("version").asText())
        .containsExactly("2", "1");
    assertThat(json("log", "history/main@1").path("releases"))
        .extracting(release -> release.path("version").asText())
        .containsExactly("1");
    assertThat(json("log", "history/main", "--limit", "2").path("releases")).hasSize(2);
    assertThat(json("log", "history/base").at("/transfers/0/to").asText())
        .isEqualTo(evaluator.getAddress());
    assertThat(run("log", "history/base").out())
        .contains(": transferred from " + publisher.getAddress());
    assertRefused(
        "no branch \"gone\"; it has: main, stable", "log", "history/main", "--branch", "gone");
    assertRefused("not both", "log", "history/main@1", "--branch", "main");
    assertRefused("not sealed; the newest is history/main@3", "log", "history/main@9");
    assertRefused("Model nobody: no release of it was sealed", "log", "nobody");
    assertRefused("--limit", "log", "history/main", "--limit", "0");
  }

  @Test
  void diffSaysWhichTensorsChangedAndHowMuchADeltaTakes() throws Exception {
    JsonNode diff = json("diff", "history/main@1", "history/main@2");
    assertThat(diff.path("differ").booleanValue()).isTrue();
    assertThat(diff.at("/counts/same").intValue()).isEqualTo(1);
    assertThat(diff.at("/counts/changed").intValue()).isEqualTo(1);
    assertThat(diff.at("/tensors/0/name").asText()).isEqualTo("w");
    assertThat(diff.at("/tensors/0/change").isNull()).isTrue();
    assertThat(diff.at("/delta/wireBytes")).isEqualTo(diff.at("/after/wireBytes"));
    assertThat(diff.at("/benchmarks/0/before")).hasToString("[\"-0.5\"]");
    assertThat(diff.at("/benchmarks/0/after")).hasToString("[\"0.875\"]");

    JsonNode added = json("diff", "history/base@1", "history/main@3");
    assertThat(added.at("/counts/added").intValue()).isEqualTo(1);
    assertThat(added.path("delta").isNull()).isTrue();
    assertThat(run("diff", "history/base@1", "history/main@3").out())
        .contains("added   m.onnx new: FP32 [2, 2]", "changed m.onnx w: ");
  }

  @Test
  void diffExitsWithOneOnlyWhenAskedTo() {
    assertThat(run("diff", "history/main@1", "history/main@2").exitCode()).isZero();
    assertThat(run("diff", "history/main@1", "history/main@2", "--exit-code").exitCode())
        .isEqualTo(1);
    CommandRun same = run("diff", "history/main@1", "history/base@1", "--exit-code");
    assertThat(same.exitCode()).as(same.err()).isZero();
    assertThat(same.out()).contains("2 tensors the same, 0 changed");
  }

  @Test
  void diffSaysByHowMuchFromFilesAndFromTheChain() throws Exception {
    Path one = shared.resolve("history+main@1");
    Path two = shared.resolve("history+main@2");
    String[] arguments = {
      "diff", "history/main@1", "history/main@2", "--files", one.toString(), two.toString()
    };
    JsonNode change = json(arguments).at("/tensors/0/change");
    // Two independent normal tensors: their difference has twice the variance.
    assertThat(change.path("relativeRms").doubleValue()).isBetween(1.3, 1.55);
    assertThat(change.path("greatest").doubleValue()).isBetween(3.0, 9.0);
    assertThat(change.path("changedShare").doubleValue()).isGreaterThan(0.99);
    JsonNode fetched =
        json("diff", "history/main@1", "history/main@2", "--fetch", "--parallelism", "2");
    assertThat(fetched.at("/tensors/0/change")).isEqualTo(change);

    CommandRun swapped =
        run("diff", "history/main@1", "history/main@2", "--files", two.toString(), one.toString());
    assertThat(swapped.exitCode()).isEqualTo(1);
    assertThat(swapped.err()).contains("is not history/main@1", "tensor w");
    assertRefused(
        "not both",
        "diff",
        "history/main@1",
        "history/main@2",
        "--fetch",
        "--files",
        one.toString(),
        two.toString());
    assertRefused("not published", "diff", "history/main@1", "history/main@9");
    assertRefused("--creator-b", "diff", "history/main@1", "history/main@2", "--creator-b", "me");
    assertRefused("is not NAME@VERSION", "diff", "history/main", "history/main@2");
  }

  @Test
  void badOptionsOfSearchAreRefused() {
    assertRefused("--owner: expected 0x", "search", "--owner", "me");
    assertRefused("--license: expected a use (research", "search", "--license", "any thing");
    assertRefused("--limit", "search", "--limit", "0");
    assertRefused("--market: expected 0x", "search", "--market", "0x12");
    assertRefused(
        "No LicenseMarket at " + publisher.getAddress(),
        "search",
        "--market",
        publisher.getAddress());
  }

  @Test
  void theCacheIsThrownAwayWhenTheFileIsDamaged() throws Exception {
    Path cache = folder.resolve("cache");
    List<String> search = onChain("search", "--json", "--cache", cache.toString());
    JsonNode expected = CommandRun.of(search).json().path("models");
    List<Path> files;
    try (Stream<Path> walked = Files.walk(cache)) {
      files = walked.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSize(3);
    for (Path file : files) {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    }
    CommandRun damaged = CommandRun.of(search);
    assertThat(damaged.exitCode()).isZero();
    assertThat(damaged.err()).contains("is thrown away: its checksum");
    assertThat(damaged.json().path("models")).isEqualTo(expected);
    CommandRun clean = CommandRun.of(search);
    assertThat(clean.err()).doesNotContain("thrown away");
    assertThat(clean.json().path("models")).isEqualTo(expected);
  }
}
