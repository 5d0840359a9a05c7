package io.luntra.ethereum.publish;

import io.luntra.ethereum.staging.StagedBlob;
import io.luntra.ethereum.staging.StagedDelta;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.manifest.ParentReference;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Real blobs with real proofs, made once per process and staged in a folder of the build. */
public final class TestReleases {
  private static final int BLOBS = 23;
  private static final String ROOT = newFolder();
  private static final List<VersionedHash> HASHES = stageBlobs();

  private TestReleases() {}

  public static String stagingRoot() {
    return ROOT;
  }

  static StagingStore staging() {
    return StagingStore.open(ROOT);
  }

  /** 20 data blobs and 2 of the manifest in 4 batches, and 1 of the root manifest. */
  public static StagedRelease large(String name) {
    return release(name, 'a', 20, HASHES.subList(0, 22), HASHES.subList(22, 23));
  }

  /** 6 data blobs and 1 of the manifest in 2 batches, and 1 of the root manifest. */
  static StagedRelease medium(String name) {
    return release(name, 'd', 6, HASHES.subList(0, 7), HASHES.subList(22, 23));
  }

  /** 2 data blobs and 1 of the manifest in 1 batch, and 2 of the root manifest. */
  public static StagedRelease small(String name) {
    return release(name, 'b', 2, HASHES.subList(5, 8), HASHES.subList(9, 11));
  }

  /** As many blobs as {@link #medium}, other ones. */
  static StagedRelease other(String name) {
    return release(name, 'c', 6, HASHES.subList(1, 8), HASHES.subList(22, 23));
  }

  /** So many blobs in all, few of them distinct: each is published many times. */
  static StagedRelease of(String name, int blobs) {
    List<VersionedHash> hashes = new ArrayList<>();
    for (int i = 0; i < blobs - 1; i++) {
      hashes.add(HASHES.get(i % 22));
    }
    return release(name, 'e', blobs - 2, hashes, HASHES.subList(22, 23));
  }

  /** A delta of 6 data blobs and 1 of the manifest, and 1 of the root manifest. */
  static StagedRelease childOf(ReleasePlan parent, String name) {
    ParentReference reference =
        new ParentReference(parent.release().name(), parent.releaseId(), parent.merkleRoot(), 1);
    return release(
        name,
        'f',
        6,
        Optional.of(new StagedDelta(reference, 1, 0)),
        HASHES.subList(2, 9),
        HASHES.subList(21, 22));
  }

  private static StagedRelease release(
      String name, char key, int dataBlobs, List<VersionedHash> blobs, List<VersionedHash> root) {
    return release(name, key, dataBlobs, Optional.empty(), blobs, root);
  }

  private static StagedRelease release(
      String name,
      char key,
      int dataBlobs,
      Optional<StagedDelta> delta,
      List<VersionedHash> blobs,
      List<VersionedHash> root) {
    StagedRelease release =
        new StagedRelease(
            String.valueOf(key).repeat(64),
            ReleaseName.parse(name),
            "test",
            1,
            1,
            1,
            1,
            dataBlobs,
            delta,
            List.of(),
            blobs,
            root);
    staging().putRelease(release);
    return release;
  }

  private static List<VersionedHash> stageBlobs() {
    Kzg kzg = Kzg.load();
    List<VersionedHash> hashes = new ArrayList<>();
    for (int i = 0; i < BLOBS; i++) {
      byte[] blob = new byte[StagedBlob.BLOB_BYTES];
      // The first byte of a field element stays 0, so every element is below the modulus.
      blob[1] = (byte) (i + 1);
      blob[StagedBlob.BLOB_BYTES - 1] = (byte) i;
      KzgCommitment commitment = kzg.commit(blob);
      staging().putBlob(new StagedBlob(blob, commitment, kzg.cellProofs(blob)));
      hashes.add(commitment.versionedHash());
    }
    return List.copyOf(hashes);
  }

  private static String newFolder() {
    try {
      return Files.createTempDirectory(Path.of("target"), "staging").toAbsolutePath().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
