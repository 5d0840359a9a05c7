package io.luntra.ethereum.journal;

import java.util.stream.IntStream;

/** A process of its own: journals batches, then dies without closing, or just opens the journal. */
final class JournalChild {
  private JournalChild() {}

  public static void main(String[] arguments) {
    JdbcJournal journal = JdbcJournal.open(arguments[0]);
    int batches = Integer.parseInt(arguments[1]);
    IntStream.range(0, batches).forEach(i -> journal.append(JournalEntries.batch(i, i)));
    if (batches > 0) {
      journal.sent(JournalEntries.batch(0, 0));
    }
    Runtime.getRuntime().halt(7);
  }
}
