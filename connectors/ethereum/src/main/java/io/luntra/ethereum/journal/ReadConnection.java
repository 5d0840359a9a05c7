package io.luntra.ethereum.journal;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;

/** Connections to journals whose tables are of this version and are not to be changed. */
final class ReadConnection {
  /** Of the newest migration. */
  static final int VERSION = 2;

  private static final String VERSIONS = "journal_version";

  private ReadConnection() {}

  static Connection open(JournalUrl url, Properties credentials) {
    Connection connection = url.connectOnly(credentials);
    try {
      connection.setReadOnly(true);
      requireThisVersion(url, version(connection));
      // PostgreSQL holds transactions to it, not single statements.
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw closing(connection, new LuntraException(unreadable(url, e), e));
    } catch (RuntimeException e) {
      throw closing(connection, e);
    }
  }

  static String unreadable(JournalUrl url, Exception e) {
    return "Journal %s can't be read: %s".formatted(url.name(), e.getMessage());
  }

  private static RuntimeException closing(Connection connection, RuntimeException cause) {
    try {
      connection.close();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  private static Optional<Integer> version(Connection connection) throws SQLException {
    try (ResultSet table =
        connection.getMetaData().getTables(null, connection.getSchema(), VERSIONS, null)) {
      if (!table.next()) {
        return Optional.empty();
      }
    }
    String sql =
        "SELECT MAX(CAST(\"version\" AS INTEGER)) FROM "
            + VERSIONS
            + " WHERE \"success\" = TRUE AND \"type\" = 'SQL'";
    try (Statement select = connection.createStatement();
        ResultSet row = select.executeQuery(sql)) {
      row.next();
      int version = row.getInt(1);
      return row.wasNull() ? Optional.empty() : Optional.of(version);
    }
  }

  private static void requireThisVersion(JournalUrl url, Optional<Integer> found) {
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "Journal %s has no tables yet: nothing was published with it".formatted(url.name()));
    }
    int version = found.get();
    if (version != VERSION) {
      throw new InvalidInputException(
          "Journal %s is of version %d, expected %d: %s"
              .formatted(
                  url.name(),
                  version,
                  VERSION,
                  version < VERSION
                      ? "run luntra publish once, which brings it up to date"
                      : "use a newer luntra"));
    }
  }
}
