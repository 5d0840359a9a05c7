package io.luntra.ethereum.publish;

import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.staging.StagedBlob;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.ethereum.transaction.BlobSidecar;
import io.luntra.ethereum.transaction.SidecarVersion;
import io.luntra.kzg.VersionedHash;
import java.util.ArrayList;
import java.util.List;

/** Sends a journaled transaction with its staged blobs: the same bytes each time. */
record Broadcast(StagingStore staging, Node node) {
  void send(JournaledBatch batch) throws InterruptedException {
    List<BlobSidecar> sidecars = new ArrayList<>();
    for (VersionedHash hash : batch.transaction().transaction().blobVersionedHashes()) {
      StagedBlob staged = staging.blob(hash);
      sidecars.add(new BlobSidecar(staged.blob(), staged.commitment(), staged.cellProofs()));
    }
    node.send(
        batch.transaction().networkForm(sidecars, SidecarVersion.V1),
        batch.transaction().hash(),
        batch.describe());
  }
}
