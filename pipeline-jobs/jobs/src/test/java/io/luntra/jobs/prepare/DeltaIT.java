package io.luntra.jobs.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.codec.Profile;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.OnnxFile;
import io.luntra.jobs.parent.ParentRelease;
import io.luntra.manifest.ParentReference;
import io.luntra.manifest.ReleaseDescription;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.RootManifest;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ReleaseName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deltas, prepared against parents that are lossless and so rebuilt as they were. */
class DeltaIT {
  private static final long TWO_KIB = 2048;

  @TempDir Path folder;

  private static OnnxFile layers(long second) {
    return new OnnxFile()
        .normalTensor("first", 1, 256, 256)
        .normalTensor("second", second, 256, 256)
        .normalTensor("third", 3, 256, 256);
  }

  private PreparedRelease prepare(String staging, int parallelism, PrepareRequest request)
      throws Exception {
    return new PrepareJob(
            folder.resolve(staging).toString(),
            parallelism,
            ReaderOptions.DEFAULTS,
            (encoded, input, staged, packed) -> {})
        .run(List.of(request))
        .get(0);
  }

  private static PrepareRequest request(String version, Path model, Profile profile) {
    return new PrepareRequest(new ReleaseName("m", version), List.of(model.toString()), profile);
  }

  private ReleaseManifest manifest(String staging, StagedRelease release) {
    StagingStore store = StagingStore.open(folder.resolve(staging).toString());
    RootManifest root =
        RootManifest.fromBlobs(
            release.rootManifest().stream().map(hash -> store.blob(hash).blob()).toList());
    return ReleaseManifest.read(
        root,
        release.blobs().subList(release.dataBlobs(), release.blobs().size()).stream()
            .map(hash -> store.blob(hash).blob())
            .iterator());
  }

  private static ParentRelease parent(ReleaseManifest manifest, Path files) {
    return new ParentRelease(Bytes32.ZERO, Bytes32.ZERO, manifest, () -> List.of(files.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lossless", "int8"})
  void oneLayerChangedCostsThatLayer(String profile) throws Exception {
    Path model = layers(2).write(folder.resolve("model.onnx"));
    PreparedRelease base = prepare("s", 2, request("1", model, Profile.LOSSLESS));
    ReleaseManifest manifest = manifest("s", base.staged());
    if (!profile.equals("lossless")) {
      manifest =
          new ReleaseManifest(
              new RootManifest(
                  ReleaseDescription.of(manifest.root().name(), profile, 1),
                  manifest.root().totals(),
                  manifest.root().manifestBlobs(),
                  manifest.root().parts()),
              manifest.artifacts(),
              manifest.shards());
    }
    Path changed = layers(7).write(folder.resolve("changed.onnx"));
    Path alone =
        new OnnxFile().normalTensor("second", 7, 256, 256).write(folder.resolve("alone.onnx"));
    Profile word = Profile.fromId(profile);
    PrepareRequest child = request("2", changed, word).withParent(parent(manifest, model));

    PreparedRelease one = prepare("one", 1, child);
    PreparedRelease four = prepare("four", 4, child);

    assertThat(four.staged()).isEqualTo(one.staged());
    StagedRelease layer = prepare("s", 2, request("3", alone, word)).staged();
    assertThat(one.staged().encodedBytes()).isLessThanOrEqualTo(layer.encodedBytes() + TWO_KIB);
    assertThat(one.staged().delta()).get().matches(delta -> delta.sameChunks() >= 2);
    assertThat(one.notices()).isEmpty();
  }

  @Test
  void anIdenticalChildHasNoDataBlobs() throws Exception {
    Path model = layers(2).write(folder.resolve("model.onnx"));
    ReleaseManifest manifest =
        manifest("s", prepare("s", 2, request("1", model, Profile.LOSSLESS)).staged());
    StagedRelease child =
        prepare("s", 2, request("2", model, Profile.LOSSLESS).withParent(parent(manifest, model)))
            .staged();

    assertThat(child.dataBlobs()).isZero();
    assertThat(child.encodedBytes()).isZero();
    assertThat(manifest("s", child).artifacts().get(0).file())
        .isEqualTo(manifest.artifacts().get(0).file());
  }

  @Test
  void renamedAndReshapedTensorsAreEncodedAlone() throws Exception {
    Path model = layers(2).write(folder.resolve("model.onnx"));
    ReleaseManifest manifest =
        manifest("s", prepare("s", 2, request("1", model, Profile.LOSSLESS)).staged());
    Path other =
        new OnnxFile()
            .normalTensor("first", 1, 128, 512)
            .normalTensor("2nd", 2, 256, 256)
            .normalTensor("third", 3, 256, 256)
            .write(folder.resolve("other.onnx"));
    PreparedRelease child =
        prepare("s", 2, request("2", other, Profile.LOSSLESS).withParent(parent(manifest, model)));

    assertThat(child.staged().dataBlobs()).isPositive();
    assertThat(child.staged().delta()).isPresent();
    assertThat(manifest("s", child.staged()).artifacts().get(0).file())
        .matches(file -> file.sha256().equals(file.inputSha256()));
  }

  @Test
  void aChainThatIsDeepEnoughStartsAnew() throws Exception {
    Path model = layers(2).write(folder.resolve("model.onnx"));
    ReleaseManifest manifest =
        manifest("s", prepare("s", 2, request("1", model, Profile.LOSSLESS)).staged());
    RootManifest root = manifest.root();
    ReleaseManifest deep =
        new ReleaseManifest(
            new RootManifest(
                new ReleaseDescription(
                    root.name(),
                    root.profile(),
                    Optional.empty(),
                    1,
                    Optional.of(
                        new ParentReference(
                            new ReleaseName("m", "0"), Bytes32.ZERO, Bytes32.ZERO, 8)),
                    Optional.empty()),
                root.totals(),
                root.manifestBlobs(),
                root.parts()),
            manifest.artifacts(),
            manifest.shards());
    PreparedRelease child =
        prepare("s", 2, request("2", model, Profile.LOSSLESS).withParent(parent(deep, model)));

    assertThat(child.staged().delta()).isEmpty();
    assertThat(child.staged().dataBlobs()).isPositive();
    assertThat(child.notices()).singleElement().asString().contains("m@2 is no delta");
  }

  @Test
  void aParentThatIsNotWhatWasPublishedIsRefused() throws Exception {
    Path model = layers(2).write(folder.resolve("model.onnx"));
    ReleaseManifest manifest =
        manifest("s", prepare("s", 2, request("1", model, Profile.LOSSLESS)).staged());
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Path damaged = Files.write(folder.resolve("damaged.onnx"), bytes);

    assertThatThrownBy(
            () ->
                prepare(
                    "s",
                    2,
                    request("2", model, Profile.LOSSLESS).withParent(parent(manifest, damaged))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is not what was published");
  }
}
