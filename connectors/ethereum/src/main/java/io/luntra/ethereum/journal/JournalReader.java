package io.luntra.ethereum.journal;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.util.List;
import java.util.Properties;

/**
 * A journal that is only looked at, also while a publisher writes to it. In H2 it shows the journal
 * as it was when this was opened, in PostgreSQL as it is.
 */
public final class JournalReader implements AutoCloseable {
  private final JdbcJournal journal;
  private final String name;
  private final Runnable afterwards;

  JournalReader(JdbcJournal journal, String name, Runnable afterwards) {
    this.journal = journal;
    this.name = name;
    this.afterwards = afterwards;
  }

  /**
   * Opens a journal and changes nothing in it. That of an H2 file is copied to a temporary file and
   * the copy is read: not for the process that has the file open, since on POSIX systems a process
   * gives up its lock of a file when it closes any other channel to it.
   *
   * @param url as {@link JdbcJournal#open(String, Properties)} takes it
   * @param credentials what the driver takes, such as {@code user} and {@code password}
   * @throws InvalidInputException when there is no journal, or it is of another version
   * @throws LuntraException when it can't be read
   */
  public static JournalReader open(String url, Properties credentials) {
    JournalUrl parsed = JournalUrl.parse(url);
    return parsed.isEmbedded()
        ? JournalCopy.open(parsed, credentials)
        : new JournalReader(
            new JdbcJournal(ReadConnection.open(parsed, credentials), parsed),
            parsed.name(),
            () -> {});
  }

  /** Where it is, for messages: without parameters, which may hold a password. */
  public String name() {
    return name;
  }

  /** All releases that were begun, by network, registry and name. */
  public List<ReleaseBegun> releases() {
    return journal.releases();
  }

  /** All batches of a release, by index. */
  public List<JournaledBatch> batches(ReleaseBegun release) {
    return journal.release(release.network(), release.registry(), release.releaseId());
  }

  @Override
  public void close() {
    try {
      journal.close();
    } finally {
      afterwards.run();
    }
  }
}
