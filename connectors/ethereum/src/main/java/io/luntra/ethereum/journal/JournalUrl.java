package io.luntra.ethereum.journal;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Where a journal is.
 *
 * @param jdbc with the settings that make it durable
 * @param name for messages: without parameters, which may hold a password
 */
record JournalUrl(String jdbc, String name) {
  private static final String H2 = "jdbc:h2:";
  private static final String H2_FILE = "jdbc:h2:file:";
  private static final int H2_IN_USE = 90020;

  static String embedded(Path file) {
    return H2_FILE + file.toAbsolutePath();
  }

  static JournalUrl parse(String url) {
    String name = url.split("[;?]", 2)[0];
    if (!url.startsWith(H2)) {
      return new JournalUrl(url, name);
    }
    String upper = url.toUpperCase(Locale.ROOT);
    if (!url.startsWith(H2_FILE)) {
      throw new InvalidInputException(
          "Journal %s is not durable: expected %sFILE".formatted(name, H2_FILE));
    }
    if (upper.contains(";WRITE_DELAY=")
        || upper.contains(";MODE=")
        || upper.contains(";AUTO_SERVER=")) {
      throw new InvalidInputException(
          "Journal %s: WRITE_DELAY, MODE and AUTO_SERVER are set by Luntra".formatted(name));
    }
    return new JournalUrl(
        url + ";WRITE_DELAY=0;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_ON_EXIT=FALSE", name);
  }

  /** In a file that one process of one host has open at a time. */
  boolean isEmbedded() {
    return jdbc.startsWith(H2);
  }

  /** The file that an embedded journal is in. */
  Path file() {
    String path = jdbc.substring(H2_FILE.length()).split(";", 2)[0];
    String home = path.startsWith("~") ? System.getProperty("user.home") : "";
    return Path.of(home + path.substring(home.isEmpty() ? 0 : 1) + ".mv.db").toAbsolutePath();
  }

  /** The same journal, by the same name, in another file. */
  JournalUrl in(Path folder) {
    String settings = jdbc.substring(jdbc.indexOf(';'));
    return new JournalUrl(embedded(folder.resolve("journal")) + settings, name);
  }

  /** Connects, and leaves the tables as they are. */
  Connection connectOnly(Properties credentials) {
    try {
      return DriverManager.getConnection(jdbc, credentials);
    } catch (SQLException e) {
      throw opening(e);
    }
  }

  /** Connects, and brings the tables to this version. */
  Connection connect(Properties credentials) {
    Connection connection = null;
    try {
      connection = DriverManager.getConnection(jdbc, credentials);
      migrate(credentials);
      return connection;
    } catch (SQLException e) {
      throw opening(e);
    } catch (FlywayException e) {
      try {
        connection.close();
      } catch (SQLException closing) {
        e.addSuppressed(closing);
      }
      throw new LuntraException(
          "The tables of journal " + name + " can't be brought up to date", e);
    }
  }

  private void migrate(Properties credentials) {
    ClassLoader loader = JdbcJournal.class.getClassLoader();
    Flyway.configure(loader)
        .dataSource(jdbc, credentials.getProperty("user"), credentials.getProperty("password"))
        .locations("classpath:io/luntra/ethereum/journal/migration")
        .table("journal_version")
        .load()
        .migrate();
  }

  private LuntraException opening(SQLException e) {
    if (e.getErrorCode() == H2_IN_USE) {
      return new LuntraException(
          "Journal " + name + " is in use by another process: wait for it or stop it", e);
    }
    // Drivers that are missing are named by the whole URL; the cause would repeat it.
    boolean quotes = String.valueOf(e.getMessage()).contains(jdbc);
    return new LuntraException(
        "Journal %s can't be opened: %s"
            .formatted(name, quotes ? "no driver for such a URL" : e.getMessage()),
        quotes ? null : e);
  }
}
