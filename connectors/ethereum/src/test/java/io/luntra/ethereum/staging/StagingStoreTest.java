package io.luntra.ethereum.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ParentReference;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingStoreTest {
  private static final String KEY = "ab".repeat(32);

  @TempDir Path folder;

  @Test
  void blobComesBackAsItWasStaged() {
    StagingStore store = StagingStore.open(folder.toString());
    StagedBlob blob = blob(1);
    VersionedHash hash = blob.commitment().versionedHash();
    assertThat(store.contains(hash)).isFalse();

    store.putBlob(blob);
    store.putBlob(blob);

    assertThat(store.contains(hash)).isTrue();
    StagedBlob read = store.blob(hash);
    assertThat(read.blob()).isEqualTo(blob.blob());
    assertThat(read.commitment()).isEqualTo(blob.commitment());
    assertThat(read.cellProofs()).isEqualTo(blob.cellProofs());
  }

  @Test
  void damagedBlobIsRefused() throws IOException {
    StagingStore store = StagingStore.open(folder.toString());
    StagedBlob blob = blob(2);
    VersionedHash hash = blob.commitment().versionedHash();
    store.putBlob(blob);
    Path file = onlyFileUnder(folder.resolve("blobs"));
    byte[] content = Files.readAllBytes(file);

    for (int position : new int[] {0, 131_072, 131_120, content.length - 1}) {
      byte[] changed = content.clone();
      changed[position] ^= 1;
      Files.write(file, changed);
      assertThatThrownBy(() -> store.blob(hash))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("damaged")
          .hasMessageContaining(hash.toHex());
    }
    Files.write(file, Arrays.copyOf(content, content.length - 1));
    assertThatThrownBy(() -> store.blob(hash)).hasMessageContaining("damaged");
    Files.write(file, Arrays.copyOf(content, content.length + 1));
    assertThatThrownBy(() -> store.blob(hash)).hasMessageContaining("longer than");
  }

  @Test
  void releaseIsReadyOnceItsRecordIsThere() throws IOException {
    StagingStore store = StagingStore.open(folder.toString());
    assertThat(store.release(KEY)).isEmpty();
    StagedRelease release =
        new StagedRelease(
            KEY,
            new ReleaseName("a/model", "1.0"),
            "int8",
            10,
            9,
            8,
            7,
            1,
            Optional.of(
                new StagedDelta(
                    new ParentReference(
                        new ReleaseName("a/model", "0.9"),
                        Bytes32.ZERO,
                        Bytes32.fromHex("5a".repeat(32)),
                        2),
                    7,
                    3)),
            List.of(Bytes32.fromHex("77".repeat(32))),
            List.of(hash(1), hash(2)),
            List.of(hash(3)));

    store.putRelease(release);

    assertThat(store.release(KEY)).contains(release);
    assertThat(release.parents()).containsExactly(Bytes32.ZERO, Bytes32.fromHex("77".repeat(32)));
    assertThat(release.wireBytes()).isEqualTo(3 * 131_072);
    assertThat(release.bitsPerWeight()).isEqualTo(7.0);

    Path hashes = folder.resolve("releases").resolve(KEY).resolve("hashes");
    byte[] content = Files.readAllBytes(hashes);
    content[40] ^= 1;
    Files.write(hashes, content);
    assertThatThrownBy(() -> store.release(KEY)).hasMessageContaining("damaged");
  }

  @Test
  void removesReleasesAndWhatNoOtherOneHas() {
    StagingStore store = StagingStore.open(folder.toString());
    List<StagedBlob> blobs = List.of(blob(1), blob(2), blob(3));
    blobs.forEach(store::putBlob);
    List<VersionedHash> hashes =
        blobs.stream().map(blob -> blob.commitment().versionedHash()).toList();
    String other = "b".repeat(64);
    store.putRelease(release(KEY, hashes.subList(0, 2)));
    store.putRelease(release(other, hashes.subList(1, 3)));
    assertThat(store.releases()).containsExactlyInAnyOrder(KEY, other);

    assertThat(store.remove(Set.of(KEY))).isEqualTo(1);

    assertThat(store.releases()).containsExactly(other);
    assertThat(store.release(KEY)).isEmpty();
    assertThat(store.contains(hashes.get(0))).isFalse();
    assertThat(store.blob(hashes.get(1)).blob()).isEqualTo(blobs.get(1).blob());
    assertThat(store.contains(hashes.get(2))).isTrue();
    assertThat(store.remove(Set.of(KEY))).isZero();
  }

  private static StagedRelease release(String key, List<VersionedHash> hashes) {
    return new StagedRelease(
        key,
        new ReleaseName("a/model", key.substring(0, 1)),
        "int8",
        1,
        1,
        1,
        1,
        1,
        Optional.empty(),
        List.of(),
        hashes.subList(0, 1),
        hashes.subList(1, 2));
  }

  @Test
  void unknownFormatIsRefused() throws IOException {
    Path record = folder.resolve("releases").resolve(KEY).resolve("release.json");
    Files.createDirectories(record.getParent());
    Files.writeString(record, "{\"formatVersion\":2}");
    assertThatThrownBy(() -> StagingStore.open(folder.toString()).release(KEY))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("format version 2");
  }

  private static Path onlyFileUnder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .reduce(
              (a, b) -> {
                throw new AssertionError(a + " and " + b);
              })
          .orElseThrow();
    }
  }

  private static StagedBlob blob(long seed) {
    Random random = new Random(seed);
    byte[] blob = new byte[StagedBlob.BLOB_BYTES];
    byte[] commitment = new byte[48];
    byte[] proofs = new byte[StagedBlob.CELL_PROOFS_BYTES];
    random.nextBytes(blob);
    random.nextBytes(commitment);
    random.nextBytes(proofs);
    return new StagedBlob(blob, new KzgCommitment(commitment), proofs);
  }

  private static VersionedHash hash(int fill) {
    byte[] bytes = new byte[32];
    bytes[0] = 1;
    bytes[31] = (byte) fill;
    return new VersionedHash(bytes);
  }
}
