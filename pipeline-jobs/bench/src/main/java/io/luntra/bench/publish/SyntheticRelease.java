package io.luntra.bench.publish;

import io.luntra.ethereum.staging.StagedBlob;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A staged release of random blobs. Its commitments and proofs are of the right form and prove
 * nothing: computing real ones would take a third of a second of a core for each blob.
 */
final class SyntheticRelease {
  private static final int ELEMENT_BYTES = 32;

  /** The first byte of a compressed point that is not at infinity. */
  private static final byte COMPRESSED = (byte) 0x80;

  private SyntheticRelease() {}

  /**
   * @param blobs data blobs, the manifest's included; one more is the root manifest
   */
  static StagedRelease stage(StagingStore staging, int blobs, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<VersionedHash> hashes = new ArrayList<>(blobs + 1);
    for (int i = 0; i <= blobs; i++) {
      StagedBlob blob = blob(random);
      staging.putBlob(blob);
      hashes.add(blob.commitment().versionedHash());
    }
    long bytes = (long) blobs * StagedBlob.BLOB_BYTES;
    StagedRelease release =
        new StagedRelease(
            "%064x".formatted(seed),
            new ReleaseName("bench/synthetic", "1"),
            "synthetic",
            bytes,
            bytes,
            0,
            0,
            blobs,
            Optional.empty(),
            List.of(),
            hashes.subList(0, blobs),
            hashes.subList(blobs, blobs + 1));
    staging.putRelease(release);
    return release;
  }

  private static StagedBlob blob(SplittableRandom random) {
    byte[] blob = new byte[StagedBlob.BLOB_BYTES];
    random.nextBytes(blob);
    for (int i = 0; i < blob.length; i += ELEMENT_BYTES) {
      // So every element is below the modulus.
      blob[i] = 0;
    }
    byte[] commitment = new byte[KzgCommitment.BYTES];
    random.nextBytes(commitment);
    commitment[0] = COMPRESSED;
    return new StagedBlob(
        blob, new KzgCommitment(commitment), new byte[StagedBlob.CELL_PROOFS_BYTES]);
  }
}
