package io.luntra.jobs.prepare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.codec.Profile;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.OnnxFile;
import io.luntra.manifest.ModelRecord;
import io.luntra.manifest.RootManifest;
import io.luntra.merkle.ReleaseMerkle;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ReleaseIds;
import io.luntra.release.ReleaseName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareJobIT {
  private static final String PUBLISHER = "0x" + "ab".repeat(20);

  @TempDir Path folder;

  @Test
  void sameInputGivesTheSameBlobsAtAnyParallelism() throws Exception {
    // 80 MB: three shards
    Path model =
        new OnnxFile()
            .sparseTensor("embeddings", 1, 10_000, 1024)
            .sparseTensor("dense", 2, 10_000, 1024)
            .sparseTensor("bias", 3, 1, 1000)
            .write(folder.resolve("model.onnx"));

    StagedRelease one = prepare(model, "one", 1);
    StagedRelease four = prepare(model, "four", 4);

    assertThat(one.dataBlobs()).isGreaterThan(6);
    assertThat(four.blobs()).isEqualTo(one.blobs());
    assertThat(four.rootManifest()).isEqualTo(one.rootManifest());
    assertThat(four.key()).isEqualTo(one.key());
    assertThat(merkleRoot(four)).isEqualTo(merkleRoot(one));
  }

  @Test
  void whatIsStagedIsNotPreparedAgain() throws Exception {
    Path model = new OnnxFile().sparseTensor("a", 5, 64, 64).write(folder.resolve("model.onnx"));
    PrepareRequest request = request(model, Profile.LOSSLESS);
    AtomicLong calls = new AtomicLong();
    PrepareJob job = job("staging", 1, calls);

    PreparedRelease first = job.run(List.of(request)).get(0);
    assertThat(first.reused()).isFalse();
    assertThat(calls).hasPositiveValue();
    calls.set(0);
    PreparedRelease second = job.run(List.of(request)).get(0);

    assertThat(second.reused()).isTrue();
    assertThat(second.staged()).isEqualTo(first.staged());
    assertThat(calls).hasValue(0);
  }

  @Test
  void badModelIsRefusedBeforeAnythingIsStaged() throws Exception {
    Path model = new OnnxFile().sparseTensor("a", 5, 64, 64).write(folder.resolve("model.onnx"));
    byte[] bytes = Files.readAllBytes(model);
    Files.write(model, Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(
            () -> job("staging", 1, new AtomicLong()).run(List.of(request(model, Profile.INT8))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("model.onnx");
    assertThat(folder.resolve("staging")).doesNotExist();
  }

  @Test
  void aRecordChangesTheRootManifestAndNothingElse() throws Exception {
    Path model = new OnnxFile().sparseTensor("a", 5, 64, 64).write(folder.resolve("model.onnx"));
    PrepareRequest plain = request(model, Profile.INT8);
    PrepareRequest mit = plain.withRecord(record("MIT"));
    PrepareJob job = job("staging", 1, new AtomicLong());

    PreparedRelease without = job.run(List.of(plain)).get(0);
    PreparedRelease with = job.run(List.of(mit)).get(0);
    PreparedRelease other = job.run(List.of(plain.withRecord(record("0BSD")))).get(0);

    assertThat(with.reused()).isFalse();
    assertThat(other.reused()).isFalse();
    assertThat(with.staged().blobs()).isEqualTo(without.staged().blobs());
    assertThat(with.staged().rootManifest())
        .isNotEqualTo(without.staged().rootManifest())
        .isNotEqualTo(other.staged().rootManifest());
    assertThat(job.run(List.of(mit)).get(0).reused()).isTrue();
    assertThat(job("elsewhere", 2, new AtomicLong()).run(List.of(mit)).get(0).staged())
        .isEqualTo(with.staged());
    StagingStore store = StagingStore.open(folder.resolve("staging").toString());
    assertThat(
            RootManifest.fromBlobs(
                    with.staged().rootManifest().stream()
                        .map(hash -> store.blob(hash).blob())
                        .toList())
                .record())
        .contains(record("MIT"));
  }

  private static ModelRecord record(String license) {
    return ModelRecord.ofJson("{\"license\":\"%s\"}".formatted(license).getBytes(UTF_8));
  }

  private StagedRelease prepare(Path model, String staging, int parallelism) throws Exception {
    return job(staging, parallelism, new AtomicLong())
        .run(List.of(request(model, Profile.INT8)))
        .get(0)
        .staged();
  }

  private PrepareJob job(String staging, int parallelism, AtomicLong calls) {
    return new PrepareJob(
        folder.resolve(staging).toString(),
        parallelism,
        ReaderOptions.DEFAULTS,
        (encoded, input, staged, packed) -> calls.incrementAndGet());
  }

  private static PrepareRequest request(Path model, Profile profile) {
    return new PrepareRequest(new ReleaseName("m", "1"), List.of(model.toString()), profile);
  }

  private static Object merkleRoot(StagedRelease release) {
    int data = release.dataBlobs();
    return ReleaseMerkle.root(
        ReleaseIds.of(PUBLISHER, release.name()),
        release.blobs().subList(0, data),
        release.blobs().subList(data, release.blobs().size()),
        release.rootManifest());
  }
}
