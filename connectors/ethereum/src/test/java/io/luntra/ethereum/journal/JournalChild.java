package io.luntra.ethereum.journal;

import java.time.Duration;

/** A process of its own: journals batches, then dies without closing, or just opens the journal. */
final class JournalChild {
  private JournalChild() {}

  public static void main(String[] arguments) {
    JdbcJournal journal = JdbcJournal.open(arguments[0]);
    Lease lease =
        journal.lease(
            JournalEntries.NETWORK,
            JournalEntries.ACCOUNT.getAddress(),
            LeaseHolder.here(),
            Duration.ofHours(1));
    int batches = Integer.parseInt(arguments[1]);
    for (int i = 0; i < batches; i++) {
      JournaledBatch batch = JournalEntries.batch(i, i);
      journal.append(lease, batch);
      if (i == 0) {
        journal.update(lease, batch.sent());
      }
    }
    Runtime.getRuntime().halt(7);
  }
}
