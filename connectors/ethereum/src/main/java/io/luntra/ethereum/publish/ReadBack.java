package io.luntra.ethereum.publish;

import io.luntra.ethereum.beacon.BlobFetcher;
import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.LuntraException;
import io.luntra.kzg.VersionedHash;
import java.util.ArrayList;
import java.util.List;

/** Reads published blobs from where buyers will read them, and compares them by commitment. */
public final class ReadBack {
  private final List<BlobFetcher> fetchers;
  private final StagingStore staging;

  /** With sources to ask, the next where one has not all of them. */
  public ReadBack(List<BlobFetcher> fetchers, StagingStore staging) {
    this.fetchers = List.copyOf(fetchers);
    this.staging = staging;
  }

  /**
   * @param batches in blocks
   * @throws LuntraException when no source serves them as they were published
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
    LuntraException failure = null;
    for (BlobFetcher fetcher : wanted.isEmpty() ? List.<BlobFetcher>of() : fetchers) {
      try {
        fetcher.fetch(wanted);
        return;
      } catch (LuntraException e) {
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
