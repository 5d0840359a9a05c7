package io.luntra.ethereum.status;

import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JournaledBatch;
import java.util.BitSet;
import java.util.List;

/**
 * How many of a release's blobs came how far; each is counted once, whatever the batches overlap.
 *
 * @param all of the release, the root manifest's included
 * @param signed in a transaction that was not cancelled and did not revert
 * @param included of these, in a block
 * @param confirmed of these, in a block that stays
 */
public record PublishedBlobs(int all, int signed, int included, int confirmed) {
  static PublishedBlobs of(int all, List<JournaledBatch> batches) {
    BitSet signed = new BitSet();
    BitSet included = new BitSet();
    BitSet confirmed = new BitSet();
    for (JournaledBatch batch : batches) {
      if (publishes(batch)) {
        mark(signed, batch, all);
        if (batch.state().isInBlock()) {
          mark(included, batch, all);
        }
        if (batch.state() == BatchState.FINAL) {
          mark(confirmed, batch, all);
        }
      }
    }
    return new PublishedBlobs(
        all, signed.cardinality(), included.cardinality(), confirmed.cardinality());
  }

  /** Whether its blobs are published, or may be yet. */
  static boolean publishes(JournaledBatch batch) {
    return batch.state() != BatchState.FAILED
        && batch.state() != BatchState.CANCELLED
        && !batch.isCancelled();
  }

  private static void mark(BitSet blobs, JournaledBatch batch, int all) {
    int from = Math.max(0, Math.min(all, batch.index()));
    blobs.set(from, (int) Math.min(all, (long) from + batch.blobs().size()));
  }

  /** Those that are not in a block. */
  public int left() {
    return all - included;
  }
}
