package io.luntra.jobs.prepare;

import io.luntra.ethereum.staging.StagedBlob;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;

/** Brings a blob into the staging store with all that a transaction must carry. */
final class BlobStager {
  private final Kzg kzg;
  private final StagingStore store;

  BlobStager(Kzg kzg, StagingStore store) {
    this.kzg = kzg;
    this.store = store;
  }

  /**
   * Stages a blob, unless it is there, and returns its commitment.
   *
   * @throws LuntraException when what was computed does not verify: a pool would refuse it, and
   *     buyers can't use it
   */
  KzgCommitment stage(byte[] blob) {
    KzgCommitment commitment = kzg.commit(blob);
    if (!store.contains(commitment.versionedHash())) {
      byte[] proofs = kzg.cellProofs(blob);
      if (!kzg.verifyCellProofs(blob, commitment, proofs)) {
        throw new LuntraException(
            "Cell proofs of blob %s do not verify: is this machine's memory sound?"
                .formatted(commitment.versionedHash()));
      }
      store.putBlob(new StagedBlob(blob, commitment, proofs));
    }
    return commitment;
  }
}
