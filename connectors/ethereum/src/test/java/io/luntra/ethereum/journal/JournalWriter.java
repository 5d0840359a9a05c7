package io.luntra.ethereum.journal;

import java.time.Duration;

/** A process of its own: journals until it is killed, and says how many batches are journaled. */
final class JournalWriter {
  private JournalWriter() {}

  public static void main(String[] arguments) {
    JdbcJournal journal = JdbcJournal.open(arguments[0]);
    journal.begin(JournalEntries.begun());
    Lease lease =
        journal.lease(
            JournalEntries.NETWORK,
            JournalEntries.ACCOUNT.getAddress(),
            LeaseHolder.here(),
            Duration.ofHours(1));
    for (int i = 0; true; i++) {
      JournaledBatch batch = JournalEntries.batch(i, i);
      journal.append(lease, batch);
      System.out.println(i + 1);
      JournaledBatch included = batch.included(JournalEntries.inclusion(batch.transaction()));
      journal.update(lease, batch.sent());
      journal.update(lease, included);
      journal.renew(lease, Duration.ofHours(1));
      journal.update(lease, included.confirmed());
    }
  }
}
