package io.luntra.ethereum.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.LuntraException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The journal in PostgreSQL, the real server. */
class PostgresJournalTest extends JournalContract {
  private static EmbeddedPostgres postgres;
  private static int databases;

  @BeforeAll
  static void startServer() throws IOException {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stopServer() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void createDatabase() throws Exception {
    databases++;
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var create = connection.createStatement()) {
      create.execute("CREATE DATABASE journal_" + databases);
    }
  }

  @Override
  String url() {
    return postgres.getJdbcUrl("postgres", "journal_" + databases);
  }

  @Test
  void ofManyPublishersOneGetsTheAccount() throws Exception {
    int publishers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(publishers);
    try (Journal first = open()) {
      assertThat(first.releases()).isEmpty();
      List<Callable<Boolean>> attempts =
          IntStream.range(0, publishers).mapToObj(i -> (Callable<Boolean>) this::takes).toList();
      int taken = 0;
      for (Future<Boolean> attempt : threads.invokeAll(attempts)) {
        taken += attempt.get() ? 1 : 0;
      }
      assertThat(taken).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean takes() {
    try (Journal journal = open()) {
      journal.lease(NETWORK, ACCOUNT, LeaseHolder.here(), Duration.ofHours(1));
      return true;
    } catch (LuntraException e) {
      return false;
    }
  }

  @Test
  void saysWhenTheServerIsGone() throws Exception {
    EmbeddedPostgres other = EmbeddedPostgres.start();
    try {
      String gone = other.getJdbcUrl("postgres", "postgres");
      Journal journal = JdbcJournal.open(gone);
      Lease lease = lease(journal);
      other.close();
      assertThatThrownBy(() -> journal.append(lease, JournalEntries.batch(0, 0)))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("failed at adding batch 0");
      assertThatThrownBy(() -> JdbcJournal.open(gone))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("can't be opened");
    } finally {
      other.close();
    }
  }
}
