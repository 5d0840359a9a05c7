package io.luntra.jobs.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.registry.PublishedBatch;
import io.luntra.ethereum.registry.PublishedRelease;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.manifest.ArtifactEntry;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.ChunkReference;
import io.luntra.manifest.ManifestWriter;
import io.luntra.manifest.ReleaseDescription;
import io.luntra.manifest.ReleaseManifest;
import io.luntra.manifest.RootManifest;
import io.luntra.manifest.ShardEntry;
import io.luntra.release.ReleaseName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssemblyTest {
  private static final ReleaseName NAME = new ReleaseName("m", "1");
  private static final byte[] CONTENT = {1, 2, 3};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {".luntra-0000000000000000/artifact-1", ".luntra-x", ".luntra-/a"})
  void pathsOfTheFolderThatIsWorkedInAreRefused(String path) throws Exception {
    ChainRelease release = release(path);
    assertThatThrownBy(() -> new Assembly(release, folder))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(path);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void otherFilesAreNotReplaced() throws Exception {
    Path there = Files.write(folder.resolve("model.onnx"), new byte[] {1, 2, 4});
    ChainRelease release = release("model.onnx");
    assertThatThrownBy(() -> new Assembly(release, folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(there.toString());
    assertThat(there).hasBinaryContent(new byte[] {1, 2, 4});
  }

  @Test
  void theSameFileMayBeThere() throws Exception {
    Files.write(folder.resolve("model.onnx"), CONTENT);
    ChainRelease release = release("model.onnx");
    assertThatCode(() -> new Assembly(release, folder)).doesNotThrowAnyException();
  }

  private static ChainRelease release(String path) throws Exception {
    Bytes32 hash = new Bytes32(MessageDigest.getInstance("SHA-256").digest(CONTENT));
    ArtifactEntry artifact = new ArtifactEntry(path, CONTENT.length, hash, hash);
    ShardEntry shard =
        new ShardEntry(
            0,
            0,
            20,
            List.of(new KzgCommitment(new byte[48])),
            List.of(new ChunkReference(0, 0, CONTENT.length, 20)));
    ManifestWriter writer = new ManifestWriter(part -> {});
    writer.add(artifact);
    writer.add(shard);
    RootManifest root = writer.finish(ReleaseDescription.of(NAME, "lossless", 1));
    PublishedBatch batch =
        new PublishedBatch(
            "0x" + "00".repeat(20),
            Bytes32.ZERO,
            new BlockReference(1, Bytes32.ZERO, 1),
            List.of(new KzgCommitment(new byte[48]).versionedHash()));
    PublishedRelease published =
        new PublishedRelease(
            NAME,
            Bytes32.ZERO,
            batch.lane(),
            batch.lane(),
            1,
            Bytes32.ZERO,
            List.of(),
            List.of(),
            List.of(batch),
            batch);
    return new ChainRelease(
        published,
        new ReleaseManifest(
            root, List.of(new ArtifactManifest(artifact, List.of())), List.of(shard)),
        new ReleaseStanding(batch.lane(), ReleaseStanding.Status.ACTIVE, 0, Optional.empty()));
  }
}
