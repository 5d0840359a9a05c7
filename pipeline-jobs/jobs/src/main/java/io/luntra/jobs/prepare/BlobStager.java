package io.luntra.jobs.prepare;

import io.luntra.ethereum.staging.StagedBlob;
import io.luntra.ethereum.staging.StagingStore;
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

  /** Stages a blob, unless it is there, and returns its commitment. */
  KzgCommitment stage(byte[] blob) {
    KzgCommitment commitment = kzg.commit(blob);
    if (!store.contains(commitment.versionedHash())) {
      store.putBlob(new StagedBlob(blob, commitment, kzg.cellProofs(blob)));
    }
    return commitment;
  }
}
