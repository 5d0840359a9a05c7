package io.luntra.jobs.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.OnnxFile;
import io.luntra.jobs.prove.ChainCheck;
import io.luntra.merkle.MerkleLeaf;
import io.luntra.proof.BlobClaim;
import io.luntra.proof.BlobInclusion;
import io.luntra.proof.Claim;
import io.luntra.proof.ElementClaim;
import io.luntra.proof.ElementOpening;
import io.luntra.proof.OpenedBlob;
import io.luntra.proof.ProofDocument;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A release's contents, proven to who has an address and a Merkle root, and to a contract. */
@Timeout(180)
class ProofIT {
  private static final String RELEASE = "proofs/model@1";
  private static final String NOBODY = "0x" + "12".repeat(20);

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static Path model;

  @BeforeAll
  static void publish() throws Exception {
    devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1));
    model =
        new OnnxFile()
            .normalTensor("wide", 1, 300, 300)
            .normalTensor("bias", 2, 1, 64)
            .write(shared.resolve("model.onnx"));
    Path keys = Files.writeString(shared.resolve("keys"), devnet.publisherKeys().get(0));
    for (String release : List.of(RELEASE, "proofs/model@2")) {
      CommandRun run =
          onChain(
              List.of("publish", model.toString(), "--name", release, "--profile", "lossless"),
              "--key-file",
              keys.toString(),
              "--staging",
              shared.resolve("staging").toString(),
              "--journal",
              shared.resolve("journal").toString(),
              "--poll-seconds",
              "0.05");
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  private static CommandRun onChain(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    all.addAll(List.of("--rpc", devnet.rpcUrl(), "--beacon", devnet.beaconUrl()));
    all.addAll(List.of("--registry", devnet.registryAddress()));
    return CommandRun.of(all);
  }

  private Path prove(String... what) {
    Path proof = folder.resolve("proof-" + what[0] + ".json");
    CommandRun run = onChain(List.of("prove", RELEASE), concat(what, "--out", proof.toString()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return proof;
  }

  private static String[] concat(String[] first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static CommandRun offline(Path proof, String... more) {
    return CommandRun.of(
        List.of(concat(new String[] {"verify", "--proof", proof.toString()}, more)));
  }

  private static CommandRun verifiedOnChain(Path proof, String... more) {
    return onChain(List.of("verify", "--proof", proof.toString(), "--proofs"), more);
  }

  private static String root() throws Exception {
    return onChain(List.of("show", RELEASE), "--json").json().path("merkleRoot").asText();
  }

  @Test
  void aTensorIsProvenOfflineAndByTheContract() throws Exception {
    Path proof = prove("--tensor", "wide");

    CommandRun offline = offline(proof);
    assertThat(offline.exitCode()).as(offline.err()).isZero();
    assertThat(offline.out())
        .contains(
            "that in proofs/model@1 of 0x",
            "tensor \"wide\", FP32 [300, 300], 360000 bytes",
            "in data blobs 0 to 2",
            "under Merkle root " + root(),
            "Not checked: that the release was sealed with this root, on chain 31337 in registry "
                + devnet.registryAddress());

    CommandRun onChain = verifiedOnChain(proof, "--json");
    assertThat(onChain.exitCode()).as(onChain.err()).isZero();
    JsonNode json = onChain.json();
    assertThat(json.path("sealed").booleanValue()).isTrue();
    assertThat(json.path("contract").asText()).isEqualTo(devnet.contracts().proofs().address());
    assertThat(json.at("/proof/tensor/name").asText()).isEqualTo("wide");
    assertThat(json.at("/proof/blobs").findValuesAsText("index")).containsExactly("0", "1", "2");
    JsonNode shown = onChain(List.of("show", RELEASE), "--tensors", "--json").json();
    assertThat(json.at("/proof/tensor/sha256").asText())
        .isEqualTo(shown.at("/artifacts/0/tensors/0/sha256").asText());
    assertThat(verifiedOnChain(proof, devnet.contracts().proofs().address()).out())
        .contains(
            "Registry %s of chain 31337 has the release with this root"
                .formatted(devnet.registryAddress()),
            "The contract at %s finds the same proven"
                .formatted(devnet.contracts().proofs().address()));
  }

  @Test
  void aFileIsHeldAgainstAProvenTensor() throws Exception {
    Path proof = prove("--tensor", "wide");
    CommandRun holds = offline(proof, "--tensor-file", model.toString());
    assertThat(holds.exitCode()).as(holds.err()).isZero();
    assertThat(holds.out()).contains(model + " holds the tensor's values");

    byte[] bytes = Files.readAllBytes(model);
    int offset = offline(proof, "--json").json().at("/proof/tensor/offset").intValue();
    byte[] values = Arrays.copyOfRange(bytes, offset, offset + 360_000);
    Path alone = Files.write(folder.resolve("values"), values);
    assertThat(offline(proof, "--tensor-file", alone.toString()).exitCode()).isZero();

    values[100] ^= 1;
    Files.write(alone, values);
    CommandRun other = offline(proof, "--tensor-file", alone.toString());
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.out()).contains("does NOT hold the tensor's values: SHA-256 is ");
    Files.write(alone, new byte[10]);
    CommandRun tooShort = offline(proof, "--tensor-file", alone.toString());
    assertThat(tooShort.exitCode()).isEqualTo(2);
    assertThat(tooShort.err()).contains("has 10 bytes: expected the tensor's 360000");
  }

  @Test
  void blobsElementsAndBytesAreProven() throws Exception {
    int blobs = onChain(List.of("show", RELEASE), "--json").json().path("blobs").intValue();
    Path root = prove("--blob", String.valueOf(blobs - 1));
    assertThat(verifiedOnChain(root).out())
        .contains("root manifest blob %d is 0x01".formatted(blobs - 1), "finds the same proven");

    Path element = prove("--element", "1:4095");
    CommandRun found = verifiedOnChain(element, "--json");
    assertThat(found.exitCode()).as(found.err()).isZero();
    assertThat(found.json().at("/proof/bytes").asText()).matches("0x[0-3][0-9a-f]{63}");
    assertThat(found.json().at("/proof/claim").asText()).isEqualTo("element");

    // The last of blob 0 and the first of blob 1, and the root manifest's length before its JSON
    CommandRun bytes = verifiedOnChain(prove("--bytes", "0:130040-130060"), "--json");
    assertThat(bytes.json().at("/proof/bytes").asText()).hasSize(2 + 2 * 20);
    assertThat(bytes.json().at("/proof/blobs")).hasSize(2);
    CommandRun manifest = offline(prove("--bytes", (blobs - 1) + ":4-20"), "--json");
    assertThat(Hex.decode(manifest.json().at("/proof/bytes").asText(), 16))
        .isEqualTo("{\"codecVersion\":".getBytes(UTF_8));
  }

  @Test
  void withoutAFileTheDocumentGoesToStandardOutput() throws Exception {
    CommandRun run = onChain(List.of("prove", RELEASE), "--blob", "0");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Path proof = Files.writeString(folder.resolve("piped"), run.out());
    assertThat(offline(proof).exitCode()).isZero();
    JsonNode json = onChain(List.of("prove", RELEASE), "--blob", "0", "--json").json();
    assertThat(json.path("document").asText()).isEqualTo(run.out());
  }

  @Test
  void aForgedProofFailsOfflineAndInTheContract() throws Exception {
    Path proof = prove("--element", "1:7");
    ProofDocument real = ProofDocument.fromJson(Files.readAllBytes(proof));
    ElementClaim claim = (ElementClaim) real.claim();
    ElementOpening opening = claim.opening();
    ChainCheck chain = new ChainCheck(URI.create(devnet.rpcUrl()), devnet.registryAddress());
    String contract = devnet.contracts().proofs().address();
    chain.requireSealed(real);
    chain.requireAccepted(real, contract);

    List<ElementOpening> forged =
        List.of(
            new ElementOpening(8, opening.value(), opening.proof()),
            new ElementOpening(7, Bytes32.ZERO, opening.proof()),
            new ElementOpening(7, opening.value(), new byte[48]));
    for (ElementOpening other : forged) {
      ProofDocument document =
          with(real, new ElementClaim(new OpenedBlob(claim.blob().blob(), List.of(other))));
      assertRefused(document, "is not proven to be");
      assertThatThrownBy(() -> chain.requireAccepted(document, contract))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("refuses the proof: NotProven(versionedHash = 0x01");
    }

    ProofDocument second =
        ProofDocument.fromJson(
            CommandRun.of(
                    List.of(
                        concat(
                            new String[] {"prove", "proofs/model@2", "--element", "1:7"},
                            "--rpc",
                            devnet.rpcUrl(),
                            "--beacon",
                            devnet.beaconUrl(),
                            "--registry",
                            devnet.registryAddress())))
                .out()
                .getBytes(UTF_8));
    ProofDocument mixed = with(real, second.claim());
    assertRefused(mixed, "is not in release");
    assertThatThrownBy(() -> chain.requireAccepted(mixed, contract))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("refuses the proof: NotInRelease(releaseId = " + real.releaseId());
  }

  private static ProofDocument with(ProofDocument real, Claim claim) {
    return new ProofDocument(
        real.chainId(), real.registry(), real.creator(), real.name(), real.merkleRoot(), claim);
  }

  private void assertRefused(ProofDocument forged, String message) throws Exception {
    Path file = Files.write(folder.resolve("forged.json"), forged.toJson());
    CommandRun run = offline(file, "--json");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.json().path("ok").booleanValue()).isFalse();
    assertThat(run.json().path("message").asText()).contains(message);
    assertThat(verifiedOnChain(file).exitCode()).isEqualTo(1);
  }

  /** All in it fits together, but nobody sealed it: only the chain can tell. */
  @Test
  void aDocumentUnderARootOfItsOwnIsCaughtByTheChain() throws Exception {
    ProofDocument real = ProofDocument.fromJson(Files.readAllBytes(prove("--blob", "0")));
    BlobInclusion blob = ((BlobClaim) real.claim()).blob();
    Bytes32 leaf =
        MerkleLeaf.hash(blob.kind(), real.releaseId(), 0, blob.commitment().versionedHash());
    ProofDocument own =
        new ProofDocument(
            real.chainId(),
            real.registry(),
            real.creator(),
            real.name(),
            leaf,
            new BlobClaim(new BlobInclusion(blob.kind(), 0, blob.commitment(), List.of())));
    Path file = Files.write(folder.resolve("own.json"), own.toJson());
    assertThat(offline(file).exitCode()).isZero();
    CommandRun run = verifiedOnChain(file);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("the registry has Merkle root " + root(), "the proof is under " + leaf);
  }

  @Test
  void whatCannotBeAskedForIsExplained() throws Exception {
    Path proof = prove("--blob", "0");
    assertBad(onChain(List.of("prove", RELEASE), "--tensor", "none"), "no tensor \"none\"");
    assertBad(
        onChain(List.of("prove", RELEASE), "--tensor", "wide", "--artifact", "x.onnx"),
        "no tensor \"wide\" in artifact \"x.onnx\"");
    assertBad(onChain(List.of("prove", RELEASE), "--blob", "99"), "Blob 99: the release has ");
    assertBad(onChain(List.of("prove", RELEASE), "--element", "0:4096"), "Field element 4096");
    assertBad(onChain(List.of("prove", RELEASE), "--bytes", "0:5-5"), "Bytes 5 to 5");
    assertBad(
        onChain(List.of("prove", RELEASE), "--bytes", "0:0-99999"), "more than the 1024 field");
    assertBad(
        onChain(List.of("prove", RELEASE), "--bytes", "0:0"),
        "--bytes: expected BLOB:FROM-TO, found \"0:0\"");
    assertBad(
        onChain(List.of("prove", RELEASE), "--element", "-1:0"), "--element: expected BLOB:INDEX");
    assertBad(
        onChain(List.of("prove", RELEASE), "--blob", "0", "--out", "/none/proof"),
        "cannot be written to /none/proof");

    assertBad(offline(folder.resolve("none")), "none is no file");
    assertBad(offline(proof, "--tensor-file", model.toString()), "proves no tensor");
    assertBad(offline(proof, "--proofs"), "Give --rpc or set LUNTRA_RPC");
    assertBad(offline(proof, "--rpc", devnet.rpcUrl()), "Give --registry or set LUNTRA_REGISTRY");
    assertBad(verifiedOnChain(proof, "me"), "--proofs: expected 0x and 40 hex digits");
    assertBad(verifiedOnChain(proof, NOBODY), "No BlobProofs at " + NOBODY);
    assertBad(
        verifiedOnChain(proof, devnet.registryAddress()),
        "No BlobProofs at " + devnet.registryAddress());
    Path text = Files.writeString(folder.resolve("text"), "{\"format\":\"other\"}");
    assertBad(offline(text), "Proof document: ");

    CommandRun registry = offline(proof, "--registry", NOBODY);
    assertThat(registry.exitCode()).isEqualTo(1);
    assertThat(registry.err())
        .contains("--registry: expected %s, the proof is about".formatted(NOBODY));
    CommandRun creator = offline(proof, "--creator", NOBODY);
    assertThat(creator.exitCode()).isEqualTo(1);
    String json = Files.readString(proof).replace("\"chainId\":31337", "\"chainId\":1");
    assertBad(
        verifiedOnChain(Files.writeString(folder.resolve("chain"), json)),
        "The proof is about chain 1, the node is on chain 31337");
  }

  private static void assertBad(CommandRun run, String message) {
    assertThat(run.err()).contains(message).doesNotContain("unexpected failure");
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void jsonIsOneDocument() throws Exception {
    Path proof = prove("--tensor", "bias");
    JsonNode json = new ObjectMapper().readTree(offline(proof, "--json").out());
    assertThat(json.path("sealed").isNull()).isTrue();
    assertThat(json.path("contract").isNull()).isTrue();
    assertThat(json.at("/proof/tensor/shape")).hasSize(2);
  }
}
