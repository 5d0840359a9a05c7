package io.luntra.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.luntra.blob.Bytes32;
import io.luntra.codec.Profile;
import io.luntra.devnet.AcceptedTransaction;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.devnet.Fault;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.publish.PublishPolicy;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.ethereum.signer.SignerSource;
import io.luntra.ethereum.sink.BlobSinkConfig;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.jobs.fetch.FetchJob;
import io.luntra.jobs.fetch.FetchRequest;
import io.luntra.jobs.fetch.FetchedRelease;
import io.luntra.jobs.fetch.RebuiltRelease;
import io.luntra.jobs.parent.StagedParents;
import io.luntra.jobs.prepare.PrepareJob;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.jobs.prepare.PreparedRelease;
import io.luntra.jobs.publish.PublishJob;
import io.luntra.jobs.verify.ReleaseVerifier;
import io.luntra.jobs.verify.Verdict;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.TensorEntry;
import io.luntra.merkle.ReleaseMerkle;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ReleaseName;
import io.luntra.release.Section;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From model files over a real chain and back, with honest and dishonest nodes and publishers. */
@Timeout(120)
class RoadIT {
  private static final ReleaseName LOSSLESS = new ReleaseName("road/lossless", "1");
  private static final ReleaseName INT8 = new ReleaseName("road/int8", "1");

  /** Of 131,072 bytes and 128 proofs each; what RLP, signature and call add is below. */
  private static final int SIX_BLOBS_RAW = 824_714;

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Devnet devnet;
  private static StagingStore staging;
  private static Path losslessModel;
  private static Path int8Model;
  private static StagedRelease lossless;
  private static StagedRelease int8;
  private static List<AcceptedTransaction> sent;
  private static ChainReleases chain;

  @BeforeAll
  static void publish() throws Exception {
    losslessModel =
        new OnnxFile()
            .normalTensor("encoder.weight", 1, 256, 256)
            .normalTensor("encoder.bias", 2, 1, 64)
            .write(shared.resolve("lossless.onnx"));
    // 36 MB: a shard of 32 MiB, and one with the end of "wide" and all of "tail"
    int8Model =
        new OnnxFile()
            .normalTensor("dense", 3, 700, 1024)
            .tensor("wide", new byte[8192 * 1024 * 4], 8192, 1024)
            .normalTensor("tail", 4, 32, 32)
            .write(shared.resolve("int8.onnx"));
    devnet = Devnet.start(DevnetOptions.defaults());
    staging = StagingStore.open(shared.resolve("staging").toString());
    List<StagedRelease> staged =
        new PrepareJob(
                shared.resolve("staging").toString(), 2, ReaderOptions.DEFAULTS, (e, i, s, p) -> {})
                .run(
                    List.of(
                        request(LOSSLESS, losslessModel, Profile.LOSSLESS),
                        request(INT8, int8Model, Profile.INT8)))
                .stream()
                .map(PreparedRelease::staged)
                .toList();
    lossless = staged.get(0);
    int8 = staged.get(1);
    Files.writeString(shared.resolve("keys"), devnet.publisherKeys().get(0));
    publishJob().run(staged);
    sent = blobTransactions().stream().filter(tx -> tx.sender().equals(publisher())).toList();
    chain =
        ChainReleases.connect(
            URI.create(devnet.rpcUrl()), URI.create(devnet.beaconUrl()), devnet.registryAddress());
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  @AfterEach
  void clearFaults() {
    devnet.gate().clearFaults();
  }

  private static PrepareRequest request(ReleaseName name, Path model, Profile profile) {
    return new PrepareRequest(name, List.of(model.toString()), profile);
  }

  private static PublishJob publishJob() {
    return new PublishJob(
        new BlobSinkConfig(
            List.of(devnet.rpcUrl()),
            List.of(devnet.beaconUrl()),
            devnet.registryAddress(),
            shared.resolve("staging").toString(),
            JdbcJournal.embeddedUrl(shared.resolve("journal")),
            SignerSource.keyFile(shared.resolve("keys")),
            PublishPolicy.defaults()
                .withPollInterval(Duration.ofMillis(50))
                .withConfirmation(Confirmation.depth(0))),
        (done, total) -> {});
  }

  private static ChainRelease read(ReleaseName name) {
    return chain.read(name, Optional.of(publisher()));
  }

  private static String publisher() {
    return SignerSource.keyFile(shared.resolve("keys")).addresses().get(0);
  }

  private FetchedRelease fetch(ChainRelease release) throws Exception {
    return fetch(release, 2);
  }

  private FetchedRelease fetch(ChainRelease release, int parallelism) throws Exception {
    return new FetchJob(URI.create(devnet.beaconUrl()), parallelism, (done, total) -> {})
        .run(List.of(FetchRequest.of(chain, release, out(), Optional.empty())))
        .get(0);
  }

  private Path out() {
    return folder.resolve("my models, 100 %20 é");
  }

  /** What a buyer would find: nothing but the hidden folder that a later run goes on from. */
  private List<Path> writtenFiles() throws Exception {
    if (!Files.exists(out())) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(out())) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> !out().relativize(path).getName(0).toString().startsWith(".luntra-"))
          .toList();
    }
  }

  private static List<AcceptedTransaction> blobTransactions() {
    return devnet.gate().acceptedTransactions().stream().filter(tx -> tx.type() == 3).toList();
  }

  private static String sha256(byte[] bytes, long from, long to) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(bytes, (int) from, (int) (to - from));
    return new Bytes32(digest.digest()).toHex();
  }

  @Test
  void losslessGivesBackEveryByte() throws Exception {
    FetchedRelease fetched = fetch(read(LOSSLESS));

    Path file = out().resolve("lossless.onnx");
    assertThat(writtenFiles()).containsExactly(file);
    assertThat(Files.mismatch(file, losslessModel)).isEqualTo(-1);
    assertThat(fetched.verified()).isTrue();
    assertThat(fetched.files()).singleElement().matches(FetchedRelease.FetchedFile::bitExact);
    assertThat(out()).isDirectoryNotContaining(path -> path.toString().contains(".luntra-"));
  }

  @Test
  void int8GivesWhatTheManifestSaysAndTouchesNothingElse() throws Exception {
    ChainRelease release = read(INT8);
    FetchedRelease fetched = fetch(release);

    byte[] original = Files.readAllBytes(int8Model);
    byte[] rebuilt = Files.readAllBytes(out().resolve("int8.onnx"));
    ArtifactManifest artifact = release.artifacts().get(0);
    assertThat(rebuilt).hasSameSizeAs(original);
    assertThat(sha256(rebuilt, 0, rebuilt.length)).isEqualTo(artifact.file().sha256().toHex());
    assertThat(sha256(original, 0, original.length))
        .isEqualTo(artifact.file().inputSha256().toHex());
    assertThat(artifact.tensors())
        .extracting(tensor -> tensor.info().name())
        .containsExactly("dense", "wide", "tail");
    for (TensorEntry tensor : artifact.tensors()) {
      assertThat(sha256(rebuilt, tensor.offset(), tensor.end()))
          .as(tensor.info().name())
          .isEqualTo(tensor.sha256().toHex());
    }
    TensorEntry dense = artifact.tensors().get(0);
    assertThat(sha256(original, dense.offset(), dense.end())).isNotEqualTo(dense.sha256().toHex());
    assertThat(fetched.files().get(0).bitExact()).isFalse();
    List<Section> container =
        ModelFiles.layout(
                new org.apache.flink.core.fs.Path(int8Model.toUri()), ReaderOptions.DEFAULTS)
            .layouts()
            .get(0)
            .sections()
            .stream()
            .filter(section -> section.tensor() == null)
            .toList();
    assertThat(container).hasSizeGreaterThan(3);
    for (Section section : container) {
      int from = (int) section.offset();
      int to = (int) section.end();
      assertThat(Arrays.equals(rebuilt, from, to, original, from, to)).as("%s", section).isTrue();
    }
  }

  @Test
  void transactionsCarryAllCellProofs() {
    assertThat(sent)
        .hasSize(
            read(LOSSLESS).published().batches().size()
                + read(INT8).published().batches().size()
                + 2)
        .allSatisfy(tx -> assertThat(tx.cellProofs()).isEqualTo(128 * tx.blobs()));
    assertThat(sent.stream().mapToInt(AcceptedTransaction::blobs).sum())
        .isEqualTo(lossless.allBlobs() + int8.allBlobs());
    assertThat(sent.stream().filter(tx -> tx.blobs() == 6))
        .isNotEmpty()
        .allSatisfy(tx -> assertThat(tx.rawBytes()).isCloseTo(SIX_BLOBS_RAW, within(400)));
  }

  /** Three generations; each takes what it can from the one before. */
  @Test
  void aChainOfDeltasIsRebuiltBitForBit() throws Exception {
    List<Path> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      models.add(
          new OnnxFile()
              .normalTensor("kept", 11, 128, 256)
              .normalTensor("changed", 20 + Math.min(i, 1), 64, 64)
              .write(Files.createDirectories(folder.resolve("v" + i)).resolve("m.onnx")));
    }
    List<ChainRelease> generations = new ArrayList<>();
    StagedParents parents =
        new StagedParents(
            shared.resolve("staging").toString(),
            chain,
            new FetchJob(URI.create(devnet.beaconUrl()), 2, (done, total) -> {}));
    List<StagedRelease> staged = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ReleaseName name = new ReleaseName("road/chain", "v" + i);
      PrepareRequest request = request(name, models.get(i), Profile.LOSSLESS);
      if (i > 0) {
        request =
            request.withParent(
                parents.find(new ReleaseName("road/chain", "v" + (i - 1)), Optional.empty()));
      }
      staged.add(
          new PrepareJob(
                  shared.resolve("staging").toString(),
                  2,
                  ReaderOptions.DEFAULTS,
                  (e, in, s, p) -> {})
              .run(List.of(request))
              .get(0)
              .staged());
      publishJob().run(List.of(staged.get(i)));
      generations.add(read(name));
    }
    assertThat(staged.get(1).encodedBytes()).isLessThan(staged.get(0).encodedBytes() / 4);
    assertThat(staged.get(2).dataBlobs()).isZero();
    assertThat(generations.get(2).root().depth()).isEqualTo(2);

    fetch(generations.get(2));
    assertThat(out().resolve("m.onnx")).hasSameBinaryContentAs(models.get(2));
    assertThat(writtenFiles()).hasSize(1);
    assertThat(out()).isDirectoryNotContaining(path -> path.toString().contains(".luntra-"));

    FetchRequest beside =
        FetchRequest.of(
            chain,
            generations.get(2),
            folder.resolve("beside"),
            Optional.of(models.get(1).getParent()));
    BlobRequests requests = new BlobRequests();
    devnet.gate().inject(requests);
    new FetchJob(URI.create(devnet.beaconUrl()), 1, (done, total) -> {}).run(List.of(beside));
    assertThat(beside.base()).isPresent();
    assertThat(requests.requested()).isEmpty();
    assertThat(folder.resolve("beside/m.onnx")).hasSameBinaryContentAs(models.get(2));

    byte[] wrong = Files.readAllBytes(models.get(0));
    wrong[wrong.length / 2] ^= 1;
    Path damaged = Files.createDirectories(folder.resolve("damaged"));
    Files.write(damaged.resolve("m.onnx"), wrong);
    assertThatThrownBy(
            () ->
                new FetchJob(URI.create(devnet.beaconUrl()), 1, (done, total) -> {})
                    .run(
                        List.of(
                            new FetchRequest(
                                List.of(generations.get(1)),
                                Optional.of(new RebuiltRelease(generations.get(0), damaged)),
                                folder.resolve("none")))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("is not what its manifest says");
    assertThat(folder.resolve("none/m.onnx")).doesNotExist();
  }

  @Test
  void publishingAgainSendsNothing() throws Exception {
    int before = devnet.gate().acceptedTransactions().size();

    publishJob().run(List.of(lossless, int8));

    assertThat(devnet.gate().acceptedTransactions()).hasSize(before);
  }

  @Test
  void fetchingGoesOnWhereItWasInterrupted() throws Exception {
    ChainRelease release = read(INT8);
    assertThat(release.shards()).hasSize(2);
    VersionedHash last = release.shards().get(1).commitments().get(0).versionedHash();
    BlobRequests first = new BlobRequests();
    devnet.gate().inject(first);
    devnet.gate().inject(dropped(last));
    assertThatThrownBy(() -> fetch(release, 1)).isInstanceOf(VerificationException.class);
    assertThat(writtenFiles()).isEmpty();
    devnet.gate().clearFaults();

    BlobRequests second = new BlobRequests();
    devnet.gate().inject(second);
    fetch(release, 1);

    assertThat(first.requested()).contains(release.published().blobHashes().get(0).toHex());
    assertThat(second.requested())
        .containsExactlyElementsOf(
            release.shards().get(1).commitments().stream()
                .map(commitment -> commitment.versionedHash().toHex())
                .toList());
    assertThat(ReleaseVerifier.verify(release, out()).ok()).isTrue();
  }

  @Test
  void verifyTellsTheFetchedFileFromAnyOther() throws Exception {
    ChainRelease release = read(INT8);
    fetch(release);
    Path file = out().resolve("int8.onnx");
    assertThat(ReleaseVerifier.verify(release, file))
        .isEqualTo(
            new Verdict(
                true,
                INT8.toString(),
                release.published().releaseId().toHex(),
                publisher(),
                ReleaseStanding.Status.ACTIVE,
                List.of()));

    byte[] fetched = Files.readAllBytes(file);
    TensorEntry tail = release.artifacts().get(0).tensors().get(2);
    byte[] changed = fetched.clone();
    changed[(int) tail.offset() + 41] ^= 1;
    Verdict weight = ReleaseVerifier.verify(release, Files.write(file, changed));
    assertThat(weight.ok()).isFalse();
    assertThat(weight.differences())
        .singleElement()
        .asString()
        .contains("int8.onnx: tensor tail (bytes %d to %d)".formatted(tail.offset(), tail.end()))
        .contains(tail.sha256().toHex());

    byte[] container = fetched.clone();
    container[container.length - 1] ^= 1;
    assertThat(ReleaseVerifier.verify(release, Files.write(file, container)).differences())
        .singleElement()
        .asString()
        .contains("bytes outside its tensors differ");

    byte[] truncated = Arrays.copyOf(fetched, (int) tail.offset() + 8);
    Verdict cut = ReleaseVerifier.verify(release, Files.write(file, truncated));
    assertThat(cut.ok()).isFalse();
    assertThat(cut.differences())
        .containsExactly(
            "int8.onnx: expected %d bytes, found %d".formatted(fetched.length, truncated.length),
            "int8.onnx: the file ends before tensor tail");

    byte[] longer = Arrays.copyOf(fetched, fetched.length + 1);
    assertThat(ReleaseVerifier.verify(release, Files.write(file, longer)).ok()).isFalse();
    Files.delete(file);
    assertThat(ReleaseVerifier.verify(release, out()).differences())
        .containsExactly("int8.onnx: there is no such file");
  }

  /** Blobs as the staging store has them, one of them changed, in each answer that has it. */
  private static Fault tampering(VersionedHash victim, UnaryOperator<List<byte[]>> change) {
    byte[] original = staging.blob(victim).blob();
    return Fault.alterBlobs(
        blobs -> {
          List<byte[]> altered = new ArrayList<>();
          for (byte[] blob : blobs) {
            altered.addAll(
                Arrays.equals(blob, original) ? change.apply(List.of(blob)) : List.of(blob));
          }
          return altered;
        });
  }

  private static Fault dropped(VersionedHash victim) {
    return tampering(victim, blobs -> List.of());
  }

  private static Fault flipped(VersionedHash victim) {
    return tampering(
        victim,
        blobs -> {
          byte[] changed = blobs.get(0).clone();
          changed[70_003] ^= 0x10;
          return List.of(changed);
        });
  }

  private static Fault replaced(VersionedHash victim, VersionedHash by) {
    return tampering(victim, blobs -> List.of(staging.blob(by).blob()));
  }

  private void assertCaught(Fault fault, int blob, String... named) throws Exception {
    ChainRelease release = read(INT8);
    VersionedHash victim = release.published().blobHashes().get(blob);
    devnet.gate().inject(fault);

    assertThatThrownBy(() -> fetch(release))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(
            "%s: blob %d (%s) belongs to shard".formatted(INT8, blob, victim.toHex()))
        .hasMessageContainingAll(named);
    assertThat(writtenFiles()).isEmpty();

    devnet.gate().clearFaults();
    fetch(release);
    assertThat(ReleaseVerifier.verify(release, out()).ok()).isTrue();
  }

  @Test
  void oneFlippedByteIsCaught() throws Exception {
    assertCaught(
        flipped(int8.blobs().get(2)), 2, "shard 0, which holds 2 tensors: dense, wide", "others");
  }

  @Test
  void aDroppedBlobIsCaught() throws Exception {
    int last = int8.dataBlobs() - 1;
    assertCaught(
        dropped(int8.blobs().get(last)),
        last,
        "shard 1, which holds 2 tensors: wide, tail",
        "nothing in their place");
  }

  @Test
  void aBlobOfAnotherReleaseIsCaught() throws Exception {
    VersionedHash other = lossless.blobs().get(0);
    assertCaught(
        replaced(int8.blobs().get(0), other),
        0,
        "shard 0, which holds 2 tensors: dense, wide",
        "in their place 1 others, with versioned hashes [" + other.toHex());
  }

  @Test
  void aChangedManifestIsCaught() {
    VersionedHash manifest = int8.blobs().get(int8.dataBlobs());
    devnet.gate().inject(flipped(manifest));
    assertThatThrownBy(() -> read(INT8))
        .isInstanceOf(VerificationException.class)
        .hasMessageContainingAll(INT8.toString(), "its manifest is not served", manifest.toHex());
    devnet.gate().clearFaults();

    VersionedHash root = int8.rootManifest().get(0);
    devnet.gate().inject(replaced(root, lossless.rootManifest().get(0)));
    assertThatThrownBy(() -> read(INT8))
        .isInstanceOf(VerificationException.class)
        .hasMessageContainingAll(INT8.toString(), "root manifest is not served", root.toHex());
  }

  private static Bytes32 merkleRoot(ScriptedPublisher publisher, List<VersionedHash> blobs) {
    int data = lossless.dataBlobs() - (lossless.blobs().size() - blobs.size());
    return ReleaseMerkle.root(
        publisher.releaseId(LOSSLESS),
        blobs.subList(0, data),
        blobs.subList(data, blobs.size()),
        lossless.rootManifest());
  }

  private static ScriptedPublisher dishonest(int lane) {
    return new ScriptedPublisher(devnet, staging, devnet.publisherKeys().get(lane));
  }

  @Test
  void aPublisherWhoSealsAFalseMerkleRootIsCaught() throws Exception {
    ScriptedPublisher publisher = dishonest(1);
    Bytes32 real = merkleRoot(publisher, lossless.blobs());
    Bytes32 sealed = merkleRoot(dishonest(2), lossless.blobs());
    publisher.publish(LOSSLESS, lossless.blobs(), lossless.rootManifest(), sealed);

    assertThatThrownBy(() -> chain.read(LOSSLESS, Optional.of(publisher.address())))
        .isInstanceOf(VerificationException.class)
        .hasMessage(
            "%s of %s: the publisher sealed Merkle root %s, but that of its blobs is %s"
                .formatted(LOSSLESS, publisher.address(), sealed, real));
  }

  @Test
  void aPublisherWhoLeavesABlobOutIsCaught() throws Exception {
    ScriptedPublisher publisher = dishonest(2);
    List<VersionedHash> blobs = new ArrayList<>(lossless.blobs());
    blobs.remove(lossless.dataBlobs() - 1);
    publisher.publish(LOSSLESS, blobs, lossless.rootManifest(), merkleRoot(publisher, blobs));

    assertThatThrownBy(() -> chain.read(LOSSLESS, Optional.of(publisher.address())))
        .isInstanceOf(VerificationException.class)
        .hasMessage(
            ("%s of %s: the manifest lists %d blobs of payload and %d of its own, "
                    + "the chain has %d: %s")
                .formatted(
                    LOSSLESS,
                    publisher.address(),
                    lossless.dataBlobs(),
                    lossless.blobs().size() - lossless.dataBlobs(),
                    blobs.size(),
                    "the publisher left blobs out or put others in"));
  }

  @Test
  void aPublisherWhoPutsAnotherBlobInItsPlaceIsCaught() throws Exception {
    ScriptedPublisher publisher = dishonest(3);
    List<VersionedHash> blobs = new ArrayList<>(lossless.blobs());
    VersionedHash put = int8.blobs().get(0);
    VersionedHash listed = blobs.set(1, put);
    publisher.publish(LOSSLESS, blobs, lossless.rootManifest(), merkleRoot(publisher, blobs));

    assertThatThrownBy(() -> chain.read(LOSSLESS, Optional.of(publisher.address())))
        .isInstanceOf(VerificationException.class)
        .hasMessageContainingAll(
            "the manifest lists another blob than the chain has in its place, " + listed.toHex(),
            "blob 1 (%s) belongs to shard 0".formatted(put.toHex()),
            "encoder.weight");
  }
}
