package io.luntra.ethereum.journal;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A temporary copy of an H2 journal, whose file a publisher has locked. H2 appends to its file and
 * keeps what it replaced for a while, so a copy is like the file after a crash: whole up to some
 * recent commit.
 */
final class JournalCopy {
  /** A copy may be torn where H2 began to use space again while it was made. */
  private static final int ATTEMPTS = 5;

  private static final List<String> TABLES = List.of("batch", "attempt", "release_begun");

  private final Path folder;
  private final Thread atExit = new Thread(this::deleteFiles, "journal-copy");

  private JournalCopy(Path folder) {
    this.folder = folder;
  }

  /** Opens a copy, which is deleted when the journal is closed. */
  static JournalReader open(JournalUrl url, Properties credentials) {
    if (!Files.isRegularFile(url.file())) {
      throw new InvalidInputException("There is no journal %s".formatted(url.file()));
    }
    LuntraException torn = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return openOnce(url, credentials);
      } catch (InvalidInputException e) {
        throw e;
      } catch (LuntraException e) {
        if (torn != null) {
          e.addSuppressed(torn);
        }
        torn = e;
      }
    }
    throw torn;
  }

  private static JournalReader openOnce(JournalUrl url, Properties credentials) {
    JournalCopy copy = create(url);
    JdbcJournal journal = null;
    try {
      JournalUrl copied = url.in(copy.folder);
      Files.copy(url.file(), copied.file());
      Connection connection = ReadConnection.open(copied, credentials);
      journal = new JdbcJournal(connection, copied);
      readAll(connection, copied);
      return new JournalReader(journal, url.name(), copy::delete);
    } catch (IOException e) {
      copy.delete();
      throw new LuntraException(ReadConnection.unreadable(url, e), e);
    } catch (RuntimeException e) {
      if (journal != null) {
        close(journal, e);
      }
      copy.delete();
      throw e;
    }
  }

  private static void close(JdbcJournal journal, RuntimeException cause) {
    try {
      journal.close();
    } catch (LuntraException e) {
      cause.addSuppressed(e);
    }
  }

  /** So that a page that is torn shows here, where it can be copied again. */
  private static void readAll(Connection connection, JournalUrl url) {
    for (String table : TABLES) {
      try (Statement select = connection.createStatement();
          ResultSet rows = select.executeQuery("SELECT * FROM " + table)) {
        while (rows.next()) {
          rows.getObject(1);
        }
      } catch (SQLException e) {
        throw new LuntraException(ReadConnection.unreadable(url, e), e);
      }
    }
  }

  private static JournalCopy create(JournalUrl url) {
    try {
      JournalCopy copy = new JournalCopy(Files.createTempDirectory("luntra-journal"));
      Runtime.getRuntime().addShutdownHook(copy.atExit);
      return copy;
    } catch (IOException e) {
      throw new LuntraException(ReadConnection.unreadable(url, e), e);
    }
  }

  private void delete() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending: both may delete.
    }
    deleteFiles();
  }

  private void deleteFiles() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException | UncheckedIOException e) {
      // The system's temporary folder: it is cleared some day.
    }
  }
}
