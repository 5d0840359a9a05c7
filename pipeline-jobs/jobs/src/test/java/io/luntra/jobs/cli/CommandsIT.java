package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Bytes32;
import io.luntra.contracts.ModelRegistry;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.jobs.OnnxFile;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.cyclonedx.Version;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint8;
import org.web3j.crypto.Credentials;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;
import org.web3j.tx.gas.DefaultGasProvider;

/** The command line as its users see it: exit codes, standard output, standard error. */
@Timeout(120)
class CommandsIT {
  private static final String NOBODY = "0x" + "12".repeat(20);

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static Path model;
  private static Path keys;
  private int sentBefore;

  @BeforeAll
  static void start() throws IOException {
    devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1));
    model =
        new OnnxFile()
            .normalTensor("encoder.weight", 1, 64, 64)
            .normalTensor("encoder.bias", 2, 1, 64)
            .write(shared.resolve("model.onnx"));
    keys = Files.writeString(shared.resolve("keys"), devnet.publisherKeys().get(0));
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  @BeforeEach
  void countSent() {
    sentBefore = devnet.gate().acceptedTransactions().size();
  }

  private static CommandRun run(List<String> arguments) {
    return CommandRun.of(arguments);
  }

  private static CommandRun run(String... arguments) {
    return CommandRun.of(List.of(arguments));
  }

  private static List<String> onChain(String... arguments) {
    return on(devnet.rpcUrl(), devnet.registryAddress(), arguments);
  }

  private static List<String> on(String rpc, String registry, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--rpc", rpc, "--beacon", devnet.beaconUrl(), "--registry", registry));
    return all;
  }

  /** A complete command line of publish, to which a test gives one thing that is wrong. */
  private List<String> publish(Path input, Path keyFile, String rpc, String registry) {
    List<String> arguments = new ArrayList<>(on(rpc, registry, "publish", input.toString()));
    arguments.addAll(
        List.of(
            "--name",
            "cli/model@1",
            "--key-file",
            keyFile.toString(),
            "--staging",
            staging().toString(),
            "--journal",
            folder.resolve("journal").toString(),
            "--poll-seconds",
            "0.05",
            "--parallelism",
            "2"));
    return arguments;
  }

  private List<String> publish(Path input) {
    return publish(input, keys, devnet.rpcUrl(), devnet.registryAddress());
  }

  private Path staging() {
    return folder.resolve("staging");
  }

  private static List<String> with(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all;
  }

  private void assertRefused(List<String> arguments, String... message) throws IOException {
    CommandRun run = run(arguments);
    assertThat(run.err()).contains(message).doesNotContain("\tat ", "unexpected failure");
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(staging()).doesNotExist();
    assertNothingSent();

    CommandRun json = run(with(arguments, "--json"));
    assertThat(json.exitCode()).isEqualTo(2);
    assertThat(json.json().path("ok").booleanValue()).isFalse();
    assertThat(json.json().path("message").asText()).contains(message);
  }

  /** What the owner of a model does, here with web3j. */
  private static void revoke(Bytes32 releaseId) throws Exception {
    Web3j web3j = Web3j.build(new HttpService(devnet.rpcUrl()));
    try {
      ModelRegistry.load(
              devnet.registryAddress(),
              web3j,
              Credentials.create(devnet.publisherKeys().get(0)),
              new DefaultGasProvider())
          .setStatus(
              new org.web3j.abi.datatypes.generated.Bytes32(releaseId.bytes()),
              new Uint8(3),
              org.web3j.abi.datatypes.generated.Bytes32.DEFAULT,
              new Utf8String("it memorised its training data"))
          .send();
    } finally {
      web3j.shutdown();
    }
  }

  /** An address at which nobody listens. */
  private static String nobody() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + free.getLocalPort();
    }
  }

  private void assertNothingSent() {
    assertThat(devnet.gate().acceptedTransactions()).hasSize(sentBefore);
  }

  @Test
  void planPricesBytesAtRecentFees() throws IOException {
    CommandRun run =
        run(
            "plan",
            "--bytes",
            "1.2GB",
            "--rpc",
            devnet.rpcUrl(),
            "--blobs-per-slot",
            "3",
            "--eth-usd",
            "2000",
            "--json");

    assertThat(run.exitCode()).isZero();
    JsonNode plan = run.json();
    assertThat(plan.path("blobs").asLong()).isBetween(9229L, 9240L);
    assertThat(plan.path("transactions").asLong()).isBetween(1539L, 1542L);
    assertThat(plan.path("slots").asLong()).isBetween(3076L, 3080L);
    assertThat(plan.path("historyBlocks").asInt()).isPositive();
    assertThat(plan.path("median").path("wei").asText()).matches("[1-9][0-9]*");
    assertThat(plan.path("median").path("usd").asText()).matches("[0-9]+\\.[0-9]{2}");
  }

  @Test
  void planNeedsToKnowWhatItPlansFor() {
    assertThat(run("plan", "--rpc", devnet.rpcUrl()).exitCode()).isEqualTo(2);
    CommandRun run = run("plan", "--bytes", "much", "--rpc", devnet.rpcUrl());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--bytes: expected a size such as");
  }

  @Test
  void aReleaseIsPublishedShownFetchedAndVerified() throws Exception {
    Path record = Files.writeString(folder.resolve("record.yaml"), RecordFileTest.SAMPLE);
    String[] options = {"--profile", "lossless", "--record", record.toString(), "--json"};
    CommandRun published = run(with(publish(model), options));
    assertThat(published.exitCode()).as(published.err()).isZero();
    JsonNode release = published.json().path("releases").path(0);
    assertThat(published.json().path("ok").booleanValue()).isTrue();
    assertThat(release.path("profile").asText()).isEqualTo("lossless");
    assertThat(release.path("inputBytes").longValue()).isEqualTo(Files.size(model));
    assertThat(release.path("stagingReused").booleanValue()).isFalse();
    JsonNode publication = release.path("publication");
    assertThat(publication.path("gasUsed").longValue()).isPositive();
    assertThat(publication.path("blobGasUsed").longValue())
        .isEqualTo(131_072 * release.path("blobs").longValue());
    assertThat(devnet.gate().acceptedTransactions())
        .hasSize(sentBefore + release.path("transactions").intValue());

    sentBefore = devnet.gate().acceptedTransactions().size();
    CommandRun again = run(with(publish(model), options));
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.json().at("/releases/0/stagingReused").booleanValue()).isTrue();
    assertThat(again.json().at("/releases/0/publication")).isEqualTo(publication);
    assertNothingSent();

    CommandRun shown = run(with(onChain("show", "cli/model@1"), "--json"));
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    assertThat(shown.json().path("releaseId")).isEqualTo(publication.path("releaseId"));
    assertThat(shown.json().path("merkleRoot")).isEqualTo(publication.path("merkleRoot"));
    assertThat(shown.json().at("/artifacts/0/tensors").findValuesAsText("name"))
        .containsExactly("encoder.weight", "encoder.bias");
    assertThat(shown.json().path("record")).isEqualTo(release.path("record"));
    assertThat(shown.json().at("/record/benchmarks/0/value").asText()).isEqualTo("0.820");
    assertThat(shown.json().at("/parameters/count").longValue()).isEqualTo(64 * 64 + 64);
    assertThat(shown.json().at("/parameters/precision").asText()).isEqualTo("fp32");
    assertThat(shown.json().at("/parameters/elements/FP32").longValue()).isEqualTo(64 * 64 + 64);
    assertThat(shown.json().at("/rootManifest/0").asText()).matches("0x01[0-9a-f]{62}");
    assertThat(shown.json().at("/registry").asText()).isEqualTo(devnet.registryAddress());
    assertThat(shown.json().at("/lanes/0/accumulator").asText())
        .matches("0x[0-9a-f]{56}0000000" + (release.path("blobs").intValue() - 1));
    assertThat(shown.json().at("/sealBlock/number").longValue()).isPositive();
    assertThat(shown.json().at("/sealBlock/hash").asText()).matches("0x[0-9a-f]{64}");
    assertThat(run(with(onChain("show", "cli/model@1"), "--tensors")).out())
        .contains("cli/model@1, sealed", "encoder.weight", publication.path("merkleRoot").asText())
        .contains("  parameters   4,160, fp32\n")
        .contains("  license      Apache-2.0\n", "  architecture transformer, bert\n")
        .contains("  training     fine-tuning, Two epochs. On pairs.\n")
        .contains("  base-model   base@1.0 of 0xabcdef", "  reported     STS-B, spearman: 0.820\n");

    Path out = folder.resolve("out");
    CommandRun fetched =
        run(with(onChain("fetch", "cli/model@1"), "--out", out.toString(), "--json"));
    assertThat(fetched.exitCode()).as(fetched.err()).isZero();
    Path file = Path.of(fetched.json().at("/releases/0/files/0/path").asText());
    assertThat(file).isEqualTo(out.resolve("model.onnx")).hasSameBinaryContentAs(model);
    assertThat(fetched.json().at("/releases/0/verified").booleanValue()).isTrue();
    assertThat(fetched.json().at("/releases/0/license").asText()).isEqualTo("Apache-2.0");
    assertThat(fetched.json().at("/releases/0/architecture").asText()).isEqualTo("transformer");
    try (Stream<Path> written = Files.walk(out)) {
      assertThat(written.filter(Files::isRegularFile)).containsExactly(file);
    }

    CommandRun verified = run(onChain("verify", "cli/model@1", file.toString()));
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.out())
        .contains(file + " is cli/model@1, published by ")
        .doesNotContain("revoked");

    CommandRun bom = run(onChain("export", "cli/model@1", "--format", "cyclonedx"));
    assertThat(bom.exitCode()).as(bom.err()).isZero();
    assertThat(new JsonParser().validate(bom.out(), Version.VERSION_16)).isEmpty();
    assertThat(bom.out()).contains(publication.path("merkleRoot").asText(), "\"STS-B\"");
    Path card = folder.resolve("README.md");
    CommandRun exported =
        run(onChain("export", "cli/model@1", "--format", "huggingface", "--out", card.toString()));
    assertThat(exported.exitCode()).as(exported.err()).isZero();
    assertThat(card).content().startsWith("---\nlicense: \"apache-2.0\"\n");
    CommandRun twice =
        run(onChain("export", "cli/model@1", "--format", "huggingface", "--out", card.toString()));
    assertThat(twice.exitCode()).isEqualTo(2);
    assertThat(twice.err()).contains("README.md is there already");
    assertThat(
            run(with(onChain("export", "cli/model@1", "--format", "huggingface"), "--json"))
                .json()
                .path("content")
                .asText())
        .isEqualTo(Files.readString(card));

    revoke(Bytes32.fromHex(publication.path("releaseId").asText()));
    assertThat(run(with(onChain("show", "cli/model@1"), "--json")).json().path("status").asText())
        .isEqualTo("REVOKED");
    CommandRun still = run(onChain("verify", "cli/model@1", file.toString()));
    assertThat(still.exitCode()).as(still.err()).isZero();
    assertThat(still.out()).containsPattern("The release was revoked in block \\d+, as those who");
    CommandRun fetchedAgain =
        run(with(onChain("fetch", "cli/model@1"), "--out", folder.resolve("again").toString()));
    assertThat(fetchedAgain.exitCode()).as(fetchedAgain.err()).isZero();
    assertThat(fetchedAgain.out())
        .contains("cli/model@1 was revoked in block ")
        .contains("  license Apache-2.0, architecture transformer, as its publisher says\n");

    byte[] changed = Files.readAllBytes(file);
    changed[changed.length / 2] ^= 1;
    Files.write(file, changed);
    CommandRun different = run(onChain("verify", "cli/model@1", file.toString()));
    assertThat(different.exitCode()).isEqualTo(1);
    assertThat(different.out()).contains("is NOT cli/model@1", "tensor encoder.weight");
    CommandRun differentJson =
        run(with(onChain("verify", "cli/model@1", file.toString()), "--json"));
    assertThat(differentJson.exitCode()).isEqualTo(1);
    assertThat(differentJson.json().path("ok").booleanValue()).isFalse();
    assertThat(differentJson.json().at("/differences/0").asText())
        .contains("tensor encoder.weight");
    Files.write(file, Arrays.copyOf(changed, 100));
    assertThat(run(onChain("verify", "cli/model@1", file.toString())).exitCode()).isEqualTo(1);

    FileUtils.deleteDirectory(staging().toFile());
    sentBefore = devnet.gate().acceptedTransactions().size();
    assertRefused(
        onChain("verify", "cli/model@1", folder.resolve("none").toString()),
        "none is neither a file nor a folder");
    assertRefused(
        with(onChain("fetch", "cli/model@1"), "--out", file.toString()),
        "No files can be written to folder " + file);
    List<String> noBeacon = with(onChain("fetch", "cli/model@1"), "--out", out.toString());
    noBeacon.set(noBeacon.indexOf("--beacon") + 1, nobody());
    assertRefused(noBeacon, "The beacon endpoint cannot be reached");
  }

  /**
   * The stock tool of OpenSSF model signing on what was fetched. Skipped where it is not installed;
   * MODEL_SIGNING names it where it is not on the path.
   */
  @Test
  void theStockToolVerifiesASignedRelease() throws Exception {
    String tool = Optional.ofNullable(System.getenv("MODEL_SIGNING")).orElse("model_signing");
    Assumptions.assumeTrue(runs(tool, "--version"), tool + " does not run here");
    List<String> arguments = publish(model);
    arguments.set(arguments.indexOf("cli/model@1"), "cli/signed@1");
    assertThat(run(arguments).exitCode()).isZero();
    Path out = folder.resolve("out");
    assertThat(run(with(onChain("fetch", "cli/signed@1"), "--out", out.toString())).exitCode())
        .isZero();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    Path key = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    Path publicKey = pem("PUBLIC KEY", pair.getPublic().getEncoded());
    Path signature = folder.resolve("model.sig");

    CommandRun signed =
        run(
            with(
                onChain("export", "cli/signed@1", "--format", "model-signing"),
                "--signing-key",
                key.toString(),
                "--out",
                signature.toString()));

    assertThat(signed.exitCode()).as(signed.err()).isZero();
    String[] verify = {
      tool,
      "verify",
      "key",
      out.toString(),
      "--signature",
      signature.toString(),
      "--public_key",
      publicKey.toString()
    };
    assertThat(runs(verify)).isTrue();
    Path file = out.resolve("model.onnx");
    byte[] changed = Files.readAllBytes(file);
    changed[changed.length / 2] ^= 1;
    Files.write(file, changed);
    assertThat(runs(verify)).isFalse();
  }

  private Path pem(String name, byte[] der) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
            .formatted(name, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)));
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private enum BadModel {
    TRUNCATED("bad.onnx") {
      @Override
      void write(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(model);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      }
    },
    TEXT("bad.onnx") {
      @Override
      void write(Path file) throws IOException {
        Files.writeString(file, "Once upon a time there was a model.\n".repeat(100));
      }
    },
    EMPTY("bad.onnx") {
      @Override
      void write(Path file) throws IOException {
        Files.createFile(file);
      }
    },
    EXTERNAL_DATA_OUTSIDE("../outside.bin") {
      @Override
      void write(Path file) throws IOException {
        Files.write(file.resolveSibling("../outside.bin"), new byte[24]);
        new OnnxFile().externalTensor("encoder.weight", "../outside.bin", 2, 3).write(file);
      }
    },
    DECLARED_SIZE("encoder.weight") {
      @Override
      void write(Path file) throws IOException {
        new OnnxFile().tensor("encoder.weight", new byte[12], 2, 3).write(file);
      }
    },
    NOT_THERE("no such file") {
      @Override
      void write(Path file) {}
    };

    private final String named;

    BadModel(String named) {
      this.named = named;
    }

    abstract void write(Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void aBadModelIsRefused(BadModel bad) throws IOException {
    Path file = Files.createDirectory(folder.resolve("models")).resolve("bad.onnx");
    bad.write(file);

    assertRefused(publish(file), "bad.onnx", bad.named);
  }

  @Test
  void aFileOfAnotherFormatIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("model.txt"), "weights");

    assertRefused(publish(file), "model.txt", "expected a folder, or a name ending in .onnx");
  }

  @Test
  void aNodeThatDoesNotAnswerIsNamed() throws IOException {
    String nobody = nobody();
    String registry = devnet.registryAddress();

    assertRefused(publish(model, keys, nobody, registry), "cannot be reached", nobody);
    assertRefused(on(nobody, registry, "show", "cli/model@1"), "cannot be reached", nobody);
    assertRefused(on(nobody, registry, "search"), "cannot be reached", nobody);
    assertRefused(on(nobody, registry, "log", "cli/model"), "cannot be reached", nobody);
    assertRefused(
        on(nobody, registry, "diff", "cli/model@1", "cli/model@2"), "cannot be reached", nobody);
  }

  @Test
  void anAddressWithoutARegistryIsNamed() throws IOException {
    assertRefused(
        publish(model, keys, devnet.rpcUrl(), NOBODY), "No registry at " + NOBODY, "no contract");
    assertRefused(
        on(devnet.rpcUrl(), NOBODY, "fetch", "cli/model@1", "--out", folder.toString()),
        "No registry at " + NOBODY);
    String other =
        devnet.deploy(
            new byte[] {0x60, 0x01, 0x60, 0x00, 0x53, 0x60, 0x01, 0x60, 0x00, (byte) 0xf3});
    sentBefore++;
    assertRefused(on(devnet.rpcUrl(), other, "show", "cli/model@1"), "No registry at " + other);
    String cache = folder.resolve("cache").toString();
    assertRefused(
        on(devnet.rpcUrl(), other, "search", "--cache", cache), "No registry at " + other);
    assertRefused(
        on(devnet.rpcUrl(), NOBODY, "log", "a", "--cache", cache), "No registry at " + NOBODY);
  }

  @Test
  void aMissingKeyIsNamed() throws IOException {
    List<String> withoutKey = new ArrayList<>(publish(model));
    int option = withoutKey.indexOf("--key-file");
    withoutKey.subList(option, option + 2).clear();

    assertRefused(withoutKey, "No key in environment variable LUNTRA_KEYS");
    assertRefused(
        publish(model, folder.resolve("none"), devnet.rpcUrl(), devnet.registryAddress()),
        "key file " + folder.resolve("none"));
    assertThat(folder.resolve("journal.mv.db")).doesNotExist();
  }

  @Test
  void aMalformedKeyIsNotShown() throws IOException {
    String key = devnet.publisherKeys().get(0);
    String malformed = key.substring(0, key.length() - 1) + "x";
    Path file = Files.writeString(folder.resolve("keys"), key + "\n" + malformed);
    List<String> arguments = publish(model, file, devnet.rpcUrl(), devnet.registryAddress());

    assertRefused(arguments, "Key 2 in key file", "is not 64 hex digits but has 66 characters");
    CommandRun run = run(with(arguments, "--json"));
    assertThat(run.out() + run.err()).doesNotContain(key.substring(2, 40));
  }

  @Test
  void badOptionsAreRefused() throws IOException {
    assertRefused(with(publish(model), "--profile", "int7"), "int7", "int8");
    List<String> nameless = new ArrayList<>(publish(model));
    int option = nameless.indexOf("--name");
    nameless.subList(option, option + 2).clear();
    assertRefused(nameless, "Give --name NAME@VERSION");
    assertRefused(with(nameless, "--name", "Model"), "\"Model\" is not NAME@VERSION");
    assertRefused(with(nameless, "--name", "Model@1"), "Model name \"Model\" does not match");
    assertRefused(with(nameless, "--name", "model@1@2"), "Version \"1@2\" does not match");
    assertRefused(onChain("show", "model"), "\"model\" is not NAME@VERSION");
    assertRefused(List.of("show", "model@1"), "Give --rpc or set LUNTRA_RPC");
    assertRefused(
        on("127.0.0.1:8545", NOBODY, "show", "model@1"), "--rpc is not an address of the form");
    assertRefused(on(devnet.rpcUrl(), "0x12", "show", "model@1"), "--registry", "0x12");
    assertRefused(with(onChain("show", "model@1"), "--creator", "me"), "--creator", "me");
    List<String> noSlots = publish(model);
    noSlots.set(noSlots.indexOf("--parallelism") + 1, "0");
    assertRefused(noSlots, "--parallelism: expected 1 to 32768, found 0");
    assertRefused(with(publish(model), "--budget-eth", "-1"), "udget");
    Path record = Files.writeString(folder.resolve("record.yaml"), "license: MIT\nlicence: MIT\n");
    assertRefused(
        with(publish(model), "--record", record.toString()),
        record + ", line 2: found unknown key \"licence\"");
    assertRefused(
        with(publish(model), "--record", folder.resolve("none").toString()), "none can't be read");
    List<String> noPause = publish(model);
    noPause.set(noPause.indexOf("--poll-seconds") + 1, "0");
    assertRefused(noPause, "oll");
  }

  @Test
  void releasesFetchedTogetherDoNotShareAFolder() throws IOException {
    assertRefused(
        with(onChain("fetch", "cli/model@1", "cli/model@1"), "--out", folder.toString()),
        "cli/model@1 is given twice");
    assertThat(FetchCommand.folderOf(new ReleaseName("cli/model", "1")))
        .isNotEqualTo(FetchCommand.folderOf(new ReleaseName("cli-model", "1")))
        .doesNotContain("/");
  }

  @ParameterizedTest
  @CsvSource({
    "'fetch a@1',--out",
    "'verify a@1',PATH",
    "'verify a@1 b --proof c',mutually exclusive",
    "'verify --tensor-file x',--proof",
    "'prove a@1',--tensor",
    "'prove a@1 --blob 1 --tensor x',mutually exclusive",
    "'prove a@1 --blob x',--blob",
    "'prove a@1 --artifact x',--tensor",
    "'publish',MODEL|CATALOG",
    "'show a@1 --what',--what",
    "'show a@1 b@1',b@1",
    "'search a b',b",
    "'search --limit many',many",
    "'log',NAME[@VERSION]",
    "'diff a@1',NAME@B",
    "'diff a@1 a@2 --files x',--files",
    "'show a@1 --trust nowhere --rpc http://127.0.0.1:1 --no-identity',--beacon",
    "'model show',NAME",
    "'model role a',ACCOUNT",
    "'model role a 0x12 publisher',ACCOUNT: expected 0x and 40 hex digits",
    "'model role a 0x1212121212121212121212121212121212121212 king',maintainer or none",
    "'model transfer a 0x1212121212121212121212121212121212121212',--yes",
    "'model transfer a 0x12 --yes',ACCOUNT",
    "'model status a revoked',is not NAME@VERSION",
    "'model status a@1 gone',gone",
    "'branch',NAME",
    "'branch a main',NAME BRANCH VERSION",
    "'branch a main 1 --delete',NAME BRANCH VERSION",
    "'branch a Main 1',does not match",
    "'branch a main 1 --sign',--out",
    "'branch a main 1 --out x',--sign",
    "'branch a main 1 --sign --out x --valid soon',--valid",
    "'branch a --submit x',--submit",
    "'tag a gold',NAME TAG VERSION",
    "'tag a -gold 1',-gold",
    "'attest benchmark a@1 --benchmark b --metric m',--value",
    "'attest benchmark a@1 --benchmark b --metric m --value high',high",
    "'attest benchmark a@1 --benchmark b --metric m --value 1 --evidence nowhere',--evidence",
    "'attest revoke-benchmark 0x12',64 hex digits",
    "'attest identity me --kind domain --name a.org --valid 1d',ACCOUNT",
    "'attest identity 0x1212121212121212121212121212121212121212 --kind dns --name a --valid 1d',dns",
    "'attest claim --kind domain --name A.org --out x',a-z",
    "'attest claim --kind domain --name a.org',--out",
    "'attest claim --kind ens --name a.eth --out x',--out",
    "'attest list',--account",
    "'publish m.onnx --name a@1 --creator me --dry-run',creator",
    "'devnet --publishers many',many",
    "'export a@1',--format",
    "'export a@1 --format spdx',spdx",
    "'export a@1 --format model-signing',--signing-key",
    "'export a@1 --format cyclonedx --signing-key k',--signing-key",
    "'export a@1 --format model-signing --signing-key /none/k',/none/k can't be read"
  })
  void badUsageIsExplained(String line, String named) throws IOException {
    assertRefused(List.of(line.split(" ")), named);
  }

  @Test
  void aReleaseThatNobodyPublishedIsNamed() throws IOException {
    assertRefused(
        with(onChain("fetch", "cli/unknown@9"), "--out", folder.resolve("out").toString()),
        "cli/unknown@9",
        "not published");
    assertThat(folder.resolve("out")).doesNotExist();
    assertRefused(onChain("verify", "cli/unknown@9", model.toString()), "not published");
    assertRefused(onChain("show", "cli/unknown@9"), "not published");
    assertRefused(onChain("export", "cli/unknown@9", "--format", "huggingface"), "not published");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "plan",
        "publish",
        "cancel",
        "fetch",
        "verify",
        "prove",
        "show",
        "search",
        "log",
        "diff",
        "model show",
        "model role",
        "model transfer",
        "model status",
        "branch",
        "tag",
        "attest benchmark",
        "attest revoke-benchmark",
        "attest identity",
        "attest revoke-identity",
        "attest claim",
        "attest withdraw-claim",
        "attest list",
        "export",
        "bench codec",
        "devnet"
      })
  void everyCommandExplainsItself(String command) {
    CommandRun run = run(List.of((command + " --help").split(" ")));

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: luntra " + command, "--json", "--help");
    assertThat(run.err()).isEmpty();
    assertThat(run("--help").out()).contains("\n  " + command.replaceFirst(" .*", ""));
  }

  @Test
  void anUnknownCommandIsRefused() throws IOException {
    CommandRun run = run("pubish");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("pubish", "publish");
    assertThat(run("--version").out()).startsWith("luntra ");
  }

  @Test
  void aDryRunNeedsNoChainAndSpendsNothing() throws Exception {
    List<String> arguments =
        List.of(
            "publish",
            model.toString(),
            "--name",
            "cli/dry@1",
            "--staging",
            staging().toString(),
            "--dry-run",
            "--journal",
            folder.resolve("journal").toString());

    CommandRun run = run(with(arguments, "--json"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().path("dryRun").booleanValue()).isTrue();
    JsonNode release = run.json().at("/releases/0");
    assertThat(release.path("publication").isNull()).isTrue();
    assertThat(release.path("blobs").intValue()).isEqualTo(3);
    assertThat(release.path("transactions").intValue()).isEqualTo(2);
    assertThat(release.path("wireBytes").intValue()).isEqualTo(3 * 131_072);
    assertThat(run(arguments).out())
        .contains("cli/dry@1", "3 blobs, 2 transactions, staged before");
    try (Stream<Path> made = Files.list(folder)) {
      assertThat(made).containsExactly(staging());
    }
    assertNothingSent();
  }
}
