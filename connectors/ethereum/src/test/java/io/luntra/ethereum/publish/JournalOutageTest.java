package io.luntra.ethereum.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.Journal;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.node.Confirmation;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.failure.LuntraException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The database of the journal stops while a release is published, and is started again. */
@Tag("long")
@Timeout(300)
class JournalOutageTest {
  private static final String NAME = "test/model@1";
  private static final PublishPolicy POLICY =
      PublishPolicy.defaults()
          .withPollInterval(Duration.ofMillis(20))
          .withConfirmation(Confirmation.depth(1))
          // Nobody could give it back while the database was gone.
          .withLease(Duration.ofSeconds(2));

  @TempDir Path folder;
  private TestChain chain;
  private EmbeddedPostgres postgres;

  /** When the database stops. */
  enum Stop {
    SENT,
    INCLUDED,
    CONFIRMED
  }

  @BeforeEach
  void start() throws IOException {
    chain = TestChain.running();
    startDatabase();
  }

  private void startDatabase() throws IOException {
    EmbeddedPostgres.Builder server =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false);
    postgres = server.start();
  }

  private void stopDatabase() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    stopDatabase();
    chain.close();
  }

  private Journal journal() {
    return JdbcJournal.open(postgres.getJdbcUrl("postgres", "postgres"));
  }

  @ParameterizedTest
  @EnumSource
  void losesNothing(Stop when) throws Exception {
    StagedRelease release = TestReleases.large(NAME);
    PublishListener stopping =
        new PublishListener() {
          @Override
          public void sent(PublishProgress progress, JournaledBatch batch) {
            stopAt(Stop.SENT, batch);
          }

          @Override
          public void included(PublishProgress progress, JournaledBatch batch) {
            stopAt(Stop.INCLUDED, batch);
          }

          @Override
          public void confirmed(PublishProgress progress, JournaledBatch batch) {
            stopAt(Stop.CONFIRMED, batch);
          }

          private void stopAt(Stop now, JournaledBatch batch) {
            if (now == when && batch.index() == 6) {
              stopDatabase();
            }
          }
        };
    try (Journal journal = journal()) {
      Publisher publisher =
          chain.publisher(1).journal(journal).policy(POLICY).listener(stopping).build();
      assertThatThrownBy(() -> publisher.publish(List.of(release)))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("Journal jdbc:postgresql:")
          .hasMessageContaining("failed at");
    }
    startDatabase();
    try (Journal journal = journal()) {
      assertThat(chain.journaled(journal, release, 1)).isNotEmpty();
      chain.publisher(1).journal(journal).policy(POLICY).build().publish(List.of(release));
      assertThat(chain.journaled(journal, release, 1))
          .hasSize(5)
          .extracting(JournaledBatch::state)
          .containsOnly(BatchState.FINAL);
    }
    chain.assertPublishedExactlyOnce(release, 1);
  }
}
