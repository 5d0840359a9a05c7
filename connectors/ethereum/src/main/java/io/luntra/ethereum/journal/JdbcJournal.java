package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** A journal in a database: H2 in a file by default, in SQL that PostgreSQL runs too. */
public final class JdbcJournal implements Journal {
  private static final String H2 = "jdbc:h2:";
  private static final String H2_FILE = "jdbc:h2:file:";
  private static final int H2_IN_USE = 90020;
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String COLUMNS =
      "network, batch_id, release_id, batch_index, kind, body, state, block_number, block_hash,"
          + " gas_used, effective_gas_price, blob_gas_used, blob_gas_price";

  private final Connection connection;
  private final String name;

  private JdbcJournal(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /** JDBC URL of the embedded journal in a file; H2 adds {@code .mv.db} to its name. */
  public static String embeddedUrl(Path file) {
    return H2_FILE + file.toAbsolutePath();
  }

  /** Opens a journal without user and password, as {@link #embeddedUrl} gives it. */
  public static JdbcJournal open(String url) {
    return open(url, new Properties());
  }

  /**
   * Opens a journal and brings its tables to this version. An H2 journal must be in a file, and is
   * made durable: each commit is written when it returns.
   *
   * @param credentials what the driver takes, such as {@code user} and {@code password}
   * @throws LuntraException when another process has it open, or the database can't be used
   */
  public static JdbcJournal open(String url, Properties credentials) {
    String full = withSettings(url);
    // The part before parameters: those may hold a password.
    String name = url.split("[;?]", 2)[0];
    Connection connection = null;
    try {
      connection = DriverManager.getConnection(full, credentials);
      migrate(full, credentials);
      return new JdbcJournal(connection, name);
    } catch (SQLException e) {
      throw opening(name, e);
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

  private static String withSettings(String url) {
    if (!url.startsWith(H2)) {
      return url;
    }
    String upper = url.toUpperCase(Locale.ROOT);
    if (!url.startsWith(H2_FILE)) {
      throw new InvalidInputException(
          "Journal %s is not durable: expected %sFILE".formatted(url.split(";", 2)[0], H2_FILE));
    }
    if (upper.contains(";WRITE_DELAY=")
        || upper.contains(";MODE=")
        || upper.contains(";AUTO_SERVER=")) {
      throw new InvalidInputException(
          "Journal %s: WRITE_DELAY, MODE and AUTO_SERVER are set by Luntra"
              .formatted(url.split(";", 2)[0]));
    }
    return url + ";WRITE_DELAY=0;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DB_CLOSE_ON_EXIT=FALSE";
  }

  private static void migrate(String url, Properties credentials) {
    ClassLoader loader = JdbcJournal.class.getClassLoader();
    Flyway.configure(loader)
        .dataSource(url, credentials.getProperty("user"), credentials.getProperty("password"))
        .locations("classpath:io/luntra/ethereum/journal/migration")
        .table("journal_version")
        .load()
        .migrate();
  }

  private static LuntraException opening(String name, SQLException e) {
    if (e.getErrorCode() == H2_IN_USE) {
      return new LuntraException(
          "Journal " + name + " is in use by another process: wait for it or stop it", e);
    }
    return new LuntraException("Journal " + name + " can't be opened: " + e.getMessage(), e);
  }

  @Override
  public synchronized void append(JournaledBatch batch) {
    if (batch.state() != BatchState.JOURNALED) {
      throw new IllegalArgumentException(batch.describe() + " is " + batch.state());
    }
    String sql =
        "INSERT INTO batch (network, registry, batch_id, release_id, batch_index, kind, account,"
            + " nonce, body, transaction_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      insert.setString(1, batch.network().toString());
      insert.setString(2, batch.registry());
      insert.setString(3, batch.batchId().toHex());
      insert.setString(4, batch.releaseId().toHex());
      insert.setInt(5, batch.index());
      insert.setString(6, batch.kind().name());
      insert.setString(7, batch.account());
      insert.setLong(8, batch.nonce());
      insert.setBytes(9, batch.transaction().body());
      insert.setString(10, batch.transaction().hash().toHex());
      insert.setString(11, batch.state().name());
      insert.executeUpdate();
      force();
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw new LuntraException(
            "Journal %s has this batch or this nonce already, is another publisher at work? %s"
                .formatted(name, batch.describe()),
            e);
      }
      throw failure("adding " + batch.describe(), e);
    }
  }

  @Override
  public void sent(JournaledBatch batch) {
    update(batch, BatchState.SENT, Optional.empty());
  }

  @Override
  public void included(JournaledBatch batch, Inclusion inclusion) {
    update(batch, BatchState.INCLUDED, Optional.of(inclusion));
  }

  @Override
  public void failed(JournaledBatch batch, Inclusion inclusion) {
    update(batch, BatchState.FAILED, Optional.of(inclusion));
  }

  private synchronized void update(
      JournaledBatch batch, BatchState state, Optional<Inclusion> inclusion) {
    String sql =
        "UPDATE batch SET state = ?, block_number = ?, block_hash = ?, gas_used = ?,"
            + " effective_gas_price = ?, blob_gas_used = ?, blob_gas_price = ?"
            + " WHERE network = ? AND registry = ? AND batch_id = ? AND transaction_hash = ?";
    try (PreparedStatement update = connection.prepareStatement(sql)) {
      update.setString(1, state.name());
      update.setObject(2, inclusion.map(Inclusion::blockNumber).orElse(null));
      update.setString(3, inclusion.map(i -> i.blockHash().toHex()).orElse(null));
      update.setObject(4, inclusion.map(Inclusion::gasUsed).orElse(null));
      update.setBigDecimal(5, inclusion.map(i -> decimal(i.effectiveGasPrice())).orElse(null));
      update.setObject(6, inclusion.map(Inclusion::blobGasUsed).orElse(null));
      update.setBigDecimal(7, inclusion.map(i -> decimal(i.blobGasPrice())).orElse(null));
      update.setString(8, batch.network().toString());
      update.setString(9, batch.registry());
      update.setString(10, batch.batchId().toHex());
      update.setString(11, batch.transaction().hash().toHex());
      int rows = update.executeUpdate();
      if (rows != 1) {
        throw new LuntraException(
            "Journal %s has %d rows of %s, expected 1".formatted(name, rows, batch.describe()));
      }
    } catch (SQLException e) {
      throw failure("setting " + batch.describe() + " to " + state, e);
    }
  }

  @Override
  public synchronized List<JournaledBatch> release(
      Network network, String registry, Bytes32 releaseId) {
    return query(
        "network = ? AND registry = ? AND release_id = ? ORDER BY batch_index",
        network.toString(),
        registry,
        releaseId.toHex());
  }

  @Override
  public synchronized List<JournaledBatch> unsettled(
      Network network, String account, long nextNonce) {
    return query(
        "network = ? AND account = ? AND (state IN ('JOURNALED', 'SENT') OR nonce >= ?)"
            + " ORDER BY nonce",
        network.toString(),
        account,
        nextNonce);
  }

  @Override
  public synchronized OptionalLong lastNonce(Network network, String account) {
    String sql = "SELECT MAX(nonce) FROM batch WHERE network = ? AND account = ?";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, network.toString());
      select.setString(2, account);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        long nonce = row.getLong(1);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(nonce);
      }
    } catch (SQLException e) {
      throw failure("reading the last nonce of " + account, e);
    }
  }

  private List<JournaledBatch> query(String where, Object... parameters) {
    String sql = "SELECT " + COLUMNS + " FROM batch WHERE " + where;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        select.setObject(i + 1, parameters[i]);
      }
      List<JournaledBatch> batches = new ArrayList<>();
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          batches.add(read(rows));
        }
      }
      return List.copyOf(batches);
    } catch (SQLException | IllegalArgumentException | InvalidInputException e) {
      throw failure("reading batches", e);
    }
  }

  private static JournaledBatch read(ResultSet row) throws SQLException {
    Optional<Inclusion> inclusion = Optional.empty();
    long blockNumber = row.getLong("block_number");
    if (!row.wasNull()) {
      inclusion =
          Optional.of(
              new Inclusion(
                  blockNumber,
                  Bytes32.fromHex(row.getString("block_hash")),
                  row.getLong("gas_used"),
                  row.getBigDecimal("effective_gas_price").toBigIntegerExact(),
                  row.getLong("blob_gas_used"),
                  row.getBigDecimal("blob_gas_price").toBigIntegerExact()));
    }
    return new JournaledBatch(
        Network.parse(row.getString("network")),
        Bytes32.fromHex(row.getString("batch_id")),
        Bytes32.fromHex(row.getString("release_id")),
        row.getInt("batch_index"),
        BatchKind.valueOf(row.getString("kind")),
        SignedBlobTransaction.decode(row.getBytes("body")),
        BatchState.valueOf(row.getString("state")),
        inclusion);
  }

  /** A commit reaches the operating system; this makes it reach the disk, before money moves. */
  private void force() throws SQLException {
    if (connection.getMetaData().getURL().startsWith(H2)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("CHECKPOINT SYNC");
      }
    }
  }

  private LuntraException failure(String action, Exception e) {
    return new LuntraException(
        "Journal %s failed at %s: %s".formatted(name, action, e.getMessage()), e);
  }

  private static BigDecimal decimal(BigInteger number) {
    return new BigDecimal(number);
  }

  @Override
  public synchronized void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure("closing", e);
    }
  }
}
