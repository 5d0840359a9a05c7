package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.release.ReleaseName;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;

/** A journal in a database: H2 in a file by default, in SQL that PostgreSQL runs too. */
public final class JdbcJournal implements Journal {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String BATCHES =
      "SELECT b.network, b.release_id, b.batch_index, b.kind, b.nonce, b.state,"
          + " b.transaction_hash, b.block_number, b.block_hash, b.block_time, b.gas_used,"
          + " b.effective_gas_price, b.blob_gas_used, b.blob_gas_price, a.body"
          + " FROM batch b JOIN attempt a"
          + " ON a.network = b.network AND a.account = b.account AND a.nonce = b.nonce WHERE ";

  private final Connection connection;
  private final JournalUrl url;

  JdbcJournal(Connection connection, JournalUrl url) {
    this.connection = connection;
    this.url = url;
  }

  /** JDBC URL of the embedded journal in a file; H2 adds {@code .mv.db} to its name. */
  public static String embeddedUrl(Path file) {
    return JournalUrl.embedded(file);
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
    JournalUrl parsed = JournalUrl.parse(url);
    return new JdbcJournal(parsed.connect(credentials), parsed);
  }

  /** User and password of a database, from LUNTRA_JOURNAL_USER and LUNTRA_JOURNAL_PASSWORD. */
  public static Properties credentials() {
    Properties credentials = new Properties();
    Optional.ofNullable(System.getenv("LUNTRA_JOURNAL_USER"))
        .ifPresent(user -> credentials.setProperty("user", user));
    Optional.ofNullable(System.getenv("LUNTRA_JOURNAL_PASSWORD"))
        .ifPresent(password -> credentials.setProperty("password", password));
    return credentials;
  }

  /** The machine that this process runs on, as {@link #requireReachable} takes it. */
  public static String host() {
    return LeaseHolder.here().host();
  }

  /**
   * Makes sure that this process can have the journal that a job was submitted with.
   *
   * @param submitted the host of whoever submitted the job
   * @throws InvalidInputException when it is an embedded journal of another host
   */
  public static void requireReachable(String url, String submitted) {
    JournalUrl parsed = JournalUrl.parse(url);
    if (parsed.isEmbedded() && !host().equals(submitted)) {
      throw new InvalidInputException(
          "Journal %s is a file of the host that submitted the job (%s), but publishing runs on %s:"
                  .formatted(parsed.name(), submitted, host())
              + " use PostgreSQL, jdbc:postgresql://HOST/DATABASE, where hosts share a journal");
    }
  }

  /**
   * Opens a journal that a publisher may be writing to, to read it.
   *
   * @see JournalReader#open(String, Properties)
   */
  public static JournalReader read(String url, Properties credentials) {
    return JournalReader.open(url, credentials);
  }

  private interface Work<T> {
    T run() throws SQLException;
  }

  /** Runs in one database transaction; rolled back on any failure. */
  private synchronized <T> T atomically(String action, Work<T> work) {
    try {
      connection.setAutoCommit(false);
      T result = work.run();
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException e) {
      rollBack(e);
      if (e instanceof SQLException failure) {
        throw failure(action, failure);
      }
      throw (RuntimeException) e;
    }
  }

  private void rollBack(Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /** The same, if nobody else has the lease; nobody gets it before this ends. */
  private void fenced(Lease lease, String action, Work<Void> work) {
    atomically(
        action,
        () -> {
          LeaseRow row = leaseRow(lease.network(), lease.account()).orElse(null);
          if (row == null || row.fence() != lease.fence()) {
            throw new AccountInUseException(
                "Account %s was taken over by %s: this publisher stops"
                    .formatted(lease.account(), row == null ? "nobody" : row.holder().describe()));
          }
          return work.run();
        });
  }

  /** A row of the lease table, locked until the end of the transaction. */
  private record LeaseRow(long fence, LeaseHolder holder, boolean expired, String expires) {}

  private Optional<LeaseRow> leaseRow(Network network, String account) throws SQLException {
    String sql =
        "SELECT fence, holder, expires <= CURRENT_TIMESTAMP AS expired, expires FROM lease"
            + " WHERE network = ? AND account = ? FOR UPDATE";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, network.toString());
      select.setString(2, account);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new LeaseRow(
                    row.getLong(1),
                    LeaseHolder.parse(row.getString(2)),
                    row.getBoolean(3),
                    row.getString(4)))
            : Optional.empty();
      }
    }
  }

  @Override
  public Lease lease(Network network, String account, LeaseHolder holder, Duration duration) {
    return atomically(
        "leasing " + account,
        () -> {
          Optional<LeaseRow> row = leaseRow(network, account);
          if (row.isEmpty()) {
            execute(
                "INSERT INTO lease (network, account, fence, holder, expires) VALUES (?, ?, 1, ?,"
                    + " CURRENT_TIMESTAMP + CAST(? AS INTEGER) * INTERVAL '1' SECOND)",
                network.toString(),
                account,
                holder.toString(),
                seconds(duration));
            return new Lease(network, account, 1, holder);
          }
          LeaseRow held = row.get();
          if (!held.expired() && !held.holder().equals(holder) && !held.holder().isGone()) {
            throw new AccountInUseException(
                "Account %s is in use by %s, its lease lasts until %s"
                    .formatted(account, held.holder().describe(), held.expires()));
          }
          Lease lease = new Lease(network, account, held.fence() + 1, holder);
          extend(lease, duration);
          return lease;
        });
  }

  @Override
  public void renew(Lease lease, Duration duration) {
    fenced(
        lease,
        "renewing the lease of " + lease.account(),
        () -> {
          extend(lease, duration);
          return null;
        });
  }

  @Override
  public void release(Lease lease) {
    atomically(
        "giving back the lease of " + lease.account(),
        () -> {
          execute(
              "UPDATE lease SET expires = CURRENT_TIMESTAMP"
                  + " WHERE network = ? AND account = ? AND fence = ?",
              lease.network().toString(),
              lease.account(),
              lease.fence());
          return null;
        });
  }

  private void extend(Lease lease, Duration duration) throws SQLException {
    execute(
        "UPDATE lease SET fence = ?, holder = ?,"
            + " expires = CURRENT_TIMESTAMP + CAST(? AS INTEGER) * INTERVAL '1' SECOND"
            + " WHERE network = ? AND account = ?",
        lease.fence(),
        lease.holder().toString(),
        seconds(duration),
        lease.network().toString(),
        lease.account());
  }

  private static int seconds(Duration duration) {
    return Math.toIntExact(Math.max(1, duration.toSeconds()));
  }

  @Override
  public void begin(ReleaseBegun release) {
    atomically(
        "noting release " + release.name(),
        () -> {
          execute(
              "INSERT INTO release_begun"
                  + " (network, registry, release_id, name, version, blobs, staging_key)"
                  + " SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM release_begun"
                  + " WHERE network = ? AND registry = ? AND release_id = ?)",
              release.network().toString(),
              release.registry(),
              release.releaseId().toHex(),
              release.name().name(),
              release.name().version(),
              release.blobs(),
              release.stagingKey(),
              release.network().toString(),
              release.registry(),
              release.releaseId().toHex());
          return null;
        });
  }

  @Override
  public void append(Lease lease, JournaledBatch batch) {
    if (batch.state() != BatchState.JOURNALED || batch.attempts().size() != 1) {
      throw new IllegalArgumentException(batch.describe() + " is " + batch.state());
    }
    requireLeased(lease, batch);
    fenced(
        lease,
        "adding " + batch.describe(),
        () -> {
          try {
            execute(
                "INSERT INTO batch (network, registry, batch_id, release_id, batch_index, kind,"
                    + " account, nonce, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                batch.network().toString(),
                batch.registry(),
                batch.batchId().toHex(),
                batch.releaseId().toHex(),
                batch.index(),
                batch.kind().name(),
                batch.account(),
                batch.nonce(),
                batch.state().name());
            insertAttempt(batch);
          } catch (SQLException e) {
            throw alreadyThere(batch, e);
          }
          return null;
        });
    force(batch);
  }

  @Override
  public void replace(Lease lease, JournaledBatch batch) {
    requireLeased(lease, batch);
    fenced(
        lease,
        "replacing " + batch.describe(),
        () -> {
          setState(batch);
          try {
            insertAttempt(batch);
          } catch (SQLException e) {
            throw alreadyThere(batch, e);
          }
          return null;
        });
    force(batch);
  }

  private void insertAttempt(JournaledBatch batch) throws SQLException {
    execute(
        "INSERT INTO attempt (network, account, nonce, attempt_number, transaction_hash, body)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        batch.network().toString(),
        batch.account(),
        batch.nonce(),
        batch.attempts().size() - 1,
        batch.transaction().hash().toHex(),
        batch.transaction().body());
  }

  private RuntimeException alreadyThere(JournaledBatch batch, SQLException e) throws SQLException {
    if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
      throw e;
    }
    return new LuntraException(
        "Journal %s has this batch or this nonce already, is another publisher at work? %s"
            .formatted(url.name(), batch.describe()),
        e);
  }

  @Override
  public void update(Lease lease, JournaledBatch batch) {
    requireLeased(lease, batch);
    fenced(
        lease,
        "setting " + batch.describe() + " to " + batch.state(),
        () -> {
          setState(batch);
          return null;
        });
  }

  private static void requireLeased(Lease lease, JournaledBatch batch) {
    if (!lease.account().equals(batch.account()) || !lease.network().equals(batch.network())) {
      throw new IllegalArgumentException(
          "Lease of %s for %s".formatted(lease.account(), batch.describe()));
    }
  }

  private void setState(JournaledBatch batch) throws SQLException {
    Optional<Inclusion> where = batch.inclusion();
    // What was cancelled may be signed anew, with another nonce: its own key is free then.
    Bytes32 key =
        batch.state() == BatchState.CANCELLED ? where.orElseThrow().transaction() : batch.batchId();
    int rows =
        execute(
            "UPDATE batch SET state = ?, batch_id = ?, transaction_hash = ?, block_number = ?,"
                + " block_hash = ?, block_time = ?, gas_used = ?, effective_gas_price = ?,"
                + " blob_gas_used = ?, blob_gas_price = ?"
                + " WHERE network = ? AND account = ? AND nonce = ? AND release_id = ?"
                + " AND batch_index = ?",
            batch.state().name(),
            key.toHex(),
            where.map(i -> i.transaction().toHex()).orElse(null),
            where.map(Inclusion::blockNumber).orElse(null),
            where.map(i -> i.blockHash().toHex()).orElse(null),
            where.map(Inclusion::blockTime).orElse(null),
            where.map(Inclusion::gasUsed).orElse(null),
            where.map(i -> new BigDecimal(i.effectiveGasPrice())).orElse(null),
            where.map(Inclusion::blobGasUsed).orElse(null),
            where.map(i -> new BigDecimal(i.blobGasPrice())).orElse(null),
            batch.network().toString(),
            batch.account(),
            batch.nonce(),
            batch.releaseId().toHex(),
            batch.index());
    if (rows != 1) {
      throw new LuntraException(
          "Journal %s has %d rows of %s, expected 1".formatted(url.name(), rows, batch.describe()));
    }
  }

  private int execute(String sql, Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      return statement.executeUpdate();
    }
  }

  @Override
  public List<JournaledBatch> release(Network network, String registry, Bytes32 releaseId) {
    return query(
        "b.network = ? AND b.registry = ? AND b.release_id = ?"
            + " ORDER BY b.batch_index, b.nonce, a.attempt_number",
        network.toString(),
        registry,
        releaseId.toHex());
  }

  @Override
  public List<JournaledBatch> unsettled(Network network, String account, long nextNonce) {
    return query(
        "b.network = ? AND b.account = ?"
            + " AND (b.state IN ('JOURNALED', 'SENT', 'INCLUDED') OR b.nonce >= ?)"
            + " ORDER BY b.nonce, a.attempt_number",
        network.toString(),
        account,
        nextNonce);
  }

  @Override
  public OptionalLong lastNonce(Network network, String account) {
    return atomically(
        "reading the last nonce of " + account,
        () -> {
          String sql = "SELECT MAX(nonce) FROM batch WHERE network = ? AND account = ?";
          try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, network.toString());
            select.setString(2, account);
            try (ResultSet row = select.executeQuery()) {
              row.next();
              long nonce = row.getLong(1);
              return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(nonce);
            }
          }
        });
  }

  @Override
  public List<ReleaseBegun> releases() {
    return atomically(
        "reading releases",
        () -> {
          List<ReleaseBegun> releases = new ArrayList<>();
          try (Statement select = connection.createStatement();
              ResultSet row =
                  select.executeQuery(
                      "SELECT network, registry, release_id, name, version, blobs, staging_key"
                          + " FROM release_begun ORDER BY network, registry, name, version")) {
            while (row.next()) {
              releases.add(
                  new ReleaseBegun(
                      Network.parse(row.getString(1)),
                      row.getString(2),
                      Bytes32.fromHex(row.getString(3)),
                      new ReleaseName(row.getString(4), row.getString(5)),
                      row.getInt(6),
                      row.getString(7)));
            }
          }
          return List.copyOf(releases);
        });
  }

  private List<JournaledBatch> query(String where, Object... parameters) {
    return atomically(
        "reading batches",
        () -> {
          try (PreparedStatement select = connection.prepareStatement(BATCHES + where)) {
            for (int i = 0; i < parameters.length; i++) {
              select.setObject(i + 1, parameters[i]);
            }
            List<JournaledBatch> batches = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
              boolean more = rows.next();
              while (more) {
                more = read(rows, batches);
              }
            }
            return List.copyOf(batches);
          } catch (IllegalArgumentException | InvalidInputException e) {
            throw failure("reading batches", e);
          }
        });
  }

  /** Reads a batch, which has a row for each attempt; false after the last row. */
  private static boolean read(ResultSet row, List<JournaledBatch> batches) throws SQLException {
    Network network = Network.parse(row.getString("network"));
    Bytes32 releaseId = Bytes32.fromHex(row.getString("release_id"));
    int index = row.getInt("batch_index");
    BatchKind kind = BatchKind.valueOf(row.getString("kind"));
    BatchState state = BatchState.valueOf(row.getString("state"));
    Optional<Inclusion> inclusion = inclusion(row);
    long nonce = row.getLong("nonce");
    List<SignedBlobTransaction> attempts = new ArrayList<>();
    boolean more;
    do {
      attempts.add(SignedBlobTransaction.decode(row.getBytes("body")));
      more = row.next();
    } while (more
        && row.getLong("nonce") == nonce
        && row.getInt("batch_index") == index
        && Bytes32.fromHex(row.getString("release_id")).equals(releaseId));
    batches.add(new JournaledBatch(network, releaseId, index, kind, attempts, state, inclusion));
    return more;
  }

  private static Optional<Inclusion> inclusion(ResultSet row) throws SQLException {
    long blockNumber = row.getLong("block_number");
    if (row.wasNull()) {
      return Optional.empty();
    }
    return Optional.of(
        new Inclusion(
            Bytes32.fromHex(row.getString("transaction_hash")),
            blockNumber,
            Bytes32.fromHex(row.getString("block_hash")),
            row.getLong("block_time"),
            row.getLong("gas_used"),
            row.getBigDecimal("effective_gas_price").toBigIntegerExact(),
            row.getLong("blob_gas_used"),
            row.getBigDecimal("blob_gas_price").toBigIntegerExact()));
  }

  /** A commit reaches the operating system; this makes it reach the disk, before money moves. */
  private synchronized void force(JournaledBatch batch) {
    if (!url.isEmbedded()) {
      return;
    }
    try {
      connection.setAutoCommit(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("CHECKPOINT SYNC");
      }
    } catch (SQLException e) {
      throw failure("forcing to the disk " + batch.describe(), e);
    }
  }

  private LuntraException failure(String action, Exception e) {
    return new LuntraException(
        "Journal %s failed at %s: %s".formatted(url.name(), action, e.getMessage()), e);
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
