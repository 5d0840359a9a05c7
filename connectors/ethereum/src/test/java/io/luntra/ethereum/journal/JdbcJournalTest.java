package io.luntra.ethereum.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** The journal in an H2 file. */
class JdbcJournalTest extends JournalContract {
  @Override
  String url() {
    return JdbcJournal.embeddedUrl(folder.resolve("journal"));
  }

  @Test
  void refusesAJournalThatAnotherProcessHasOpen() throws Exception {
    try (Journal journal = open()) {
      journal.append(lease(journal), JournalEntries.batch(0, 0));
      Process child = child(1);
      String errors = new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(child.waitFor()).isEqualTo(1);
      assertThat(errors).contains("is in use by another process");
      assertThat(release(journal)).hasSize(1);
    }
  }

  @Test
  void bringsAJournalOfTheFirstVersionUpToDate() throws Exception {
    String jdbc = JournalUrl.parse(url()).jdbc();
    JournaledBatch batch = JournalEntries.batch(0, 0);
    JournaledBatch standing = JournalEntries.batch(1, 1);
    try (Connection connection = DriverManager.getConnection(jdbc)) {
      Flyway.configure(JdbcJournal.class.getClassLoader())
          .dataSource(jdbc, null, null)
          .locations("classpath:io/luntra/ethereum/journal/migration")
          .table("journal_version")
          .target("1")
          .load()
          .migrate();
      insert(connection, batch, "SENT", null);
      insert(connection, standing, "INCLUDED", 12L);
    }
    try (Journal journal = open()) {
      assertThat(release(journal))
          .extracting(JournaledBatch::transaction)
          .containsExactly(batch.transaction(), standing.transaction());
      assertThat(release(journal).get(0)).isEqualTo(batch.sent());
      assertThat(release(journal).get(1).inclusion().orElseThrow().transaction())
          .isEqualTo(standing.transaction().hash());
    }
  }

  private static void insert(
      Connection connection, JournaledBatch batch, String state, Long blockNumber)
      throws Exception {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO batch (network, registry, batch_id, release_id, batch_index, kind,"
                + " account, nonce, body, transaction_hash, state, block_number, block_hash,"
                + " gas_used, effective_gas_price, blob_gas_used, blob_gas_price)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, 1, 1)")) {
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
      insert.setString(11, state);
      insert.setObject(12, blockNumber);
      insert.setString(13, JournalEntries.filled(3).toHex());
      insert.executeUpdate();
    }
  }

  @Test
  void refusesADatabaseThatForgets() {
    assertThatThrownBy(() -> JdbcJournal.open("jdbc:h2:mem:journal"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not durable");
    assertThatThrownBy(() -> JdbcJournal.open(url() + ";write_delay=500"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("WRITE_DELAY");
  }

  @Test
  void saysWhenAFileIsNotAJournal() throws IOException {
    Files.writeString(folder.resolve("journal.mv.db"), "not a database");
    assertThatThrownBy(() -> JdbcJournal.open(url()))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("can't be opened");
  }

  @Test
  void anEmbeddedJournalBelongsToTheHostThatSubmits() {
    JdbcJournal.requireReachable(url(), JdbcJournal.host());
    JdbcJournal.requireReachable("jdbc:postgresql://db/journal", "elsewhere");
    assertThatThrownBy(() -> JdbcJournal.requireReachable(url(), "elsewhere"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("elsewhere")
        .hasMessageContaining("PostgreSQL");
  }

  @Test
  void keepsPasswordsOutOfMessages() {
    assertThatThrownBy(() -> JdbcJournal.open("jdbc:nosuch://host/journal?password=secret"))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining("jdbc:nosuch://host/journal")
        .message()
        .doesNotContain("secret");
  }
}
