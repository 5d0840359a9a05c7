package io.luntra.ethereum.publish;

import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.kzg.VersionedHash;
import java.util.ArrayList;
import java.util.List;

/** Reads published blobs from where buyers will read them, and compares them by commitment. */
public final class ReadBack {
  private final BlobFetcher fetcher;
  private final StagingStore staging;

  public ReadBack(BlobFetcher fetcher, StagingStore staging) {
    this.fetcher = fetcher;
    this.staging = staging;
  }

  /**
   * @param batches in blocks
   * @throws io.luntra.failure.LuntraException when a blob is not served as it was published
   */
  void check(List<JournaledBatch> batches) {
    List<BlobFetcher.Location> wanted = new ArrayList<>();
    for (JournaledBatch batch : batches) {
      Inclusion where = batch.inclusion().orElseThrow();
      BlockReference block =
          new BlockReference(where.blockNumber(), where.blockHash(), where.blockTime());
      for (VersionedHash hash : batch.blobs()) {
        wanted.add(new BlobFetcher.Location(block, staging.blob(hash).commitment()));
      }
    }
    if (!wanted.isEmpty()) {
      fetcher.fetch(wanted);
    }
  }
}
