package io.luntra.ethereum.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JournalReaderTest {
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir Path folder;

  private String url() {
    return JdbcJournal.embeddedUrl(folder.resolve("journal"));
  }

  private static JournalReader read(String url) {
    return JdbcJournal.read(url, new Properties());
  }

  private static Lease lease(Journal journal) {
    return journal.lease(
        JournalEntries.NETWORK, JournalEntries.ACCOUNT.getAddress(), LeaseHolder.here(), LONG);
  }

  private static List<Path> copies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(path -> path.getFileName().toString().startsWith("luntra-journal"))
          .toList();
    }
  }

  @Test
  void readsWhatAPublisherIsWriting() throws Exception {
    List<Path> before = copies();
    Process writer = writer();
    AtomicInteger journaled = new AtomicInteger();
    try (BufferedReader lines = writer.inputReader(StandardCharsets.UTF_8)) {
      journaled.set(Integer.parseInt(lines.readLine()));
      Thread follower =
          new Thread(() -> lines.lines().forEach(line -> journaled.set(Integer.parseInt(line))));
      follower.start();
      int looks = 0;
      while (looks < 15 || journaled.get() < 60) {
        int atLeast = journaled.get();
        try (JournalReader reader = read(url())) {
          assertThat(reader.releases()).containsExactly(JournalEntries.begun());
          List<JournaledBatch> batches = reader.batches(JournalEntries.begun());
          assertThat(batches).hasSizeGreaterThanOrEqualTo(atLeast);
          assertThat(batches.subList(0, atLeast - 1))
              .allMatch(batch -> batch.state() == BatchState.FINAL);
        }
        looks++;
      }
      assertThat(writer.isAlive()).isTrue();
      assertThatThrownBy(() -> JdbcJournal.open(url()))
          .hasMessageContaining("is in use by another process");
      writer.destroyForcibly().waitFor();
      follower.join();
      try (JournalReader reader = read(url())) {
        assertThat(reader.batches(JournalEntries.begun()))
            .hasSizeGreaterThanOrEqualTo(journaled.get());
      }
    } finally {
      writer.destroyForcibly().waitFor();
    }
    assertThat(copies()).containsExactlyInAnyOrderElementsOf(before);
  }

  private Process writer() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            JournalWriter.class.getName(),
            url())
        .redirectError(folder.resolve("writer.log").toFile())
        .start();
  }

  @Test
  void leavesTheJournalAsItIs() throws Exception {
    try (Journal journal = JdbcJournal.open(url())) {
      journal.begin(JournalEntries.begun());
      journal.append(lease(journal), JournalEntries.batch(0, 0));
    }
    byte[] bytes = Files.readAllBytes(folder.resolve("journal.mv.db"));
    try (JournalReader reader = read(url())) {
      assertThat(reader.batches(JournalEntries.begun())).hasSize(1);
      assertThat(reader.name()).isEqualTo(url());
    }
    assertThat(Files.readAllBytes(folder.resolve("journal.mv.db"))).isEqualTo(bytes);
  }

  @Test
  void namesAFileThatIsNotThere() throws IOException {
    assertThatThrownBy(() -> read(url()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(folder.resolve("journal.mv.db").toString());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void leavesNoCopyOfWhatIsNoJournal() throws IOException {
    List<Path> before = copies();
    Files.writeString(folder.resolve("journal.mv.db"), "not a database");
    assertThatThrownBy(() -> read(url()))
        .isInstanceOf(LuntraException.class)
        .hasMessageContaining(url() + " can't be opened");
    Files.write(folder.resolve("journal.mv.db"), new byte[0]);
    assertThatThrownBy(() -> read(url()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no tables yet");
    assertThat(copies()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void migratesNothing() throws Exception {
    migrate(url(), "1");
    assertThatThrownBy(() -> read(url()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is of version 1, expected 2: run luntra publish once");
    try (Journal journal = JdbcJournal.open(url())) {
      assertThat(journal.releases()).isEmpty();
    }
    try (JournalReader reader = read(url())) {
      assertThat(reader.releases()).isEmpty();
    }
    try (Connection connection = DriverManager.getConnection(JournalUrl.parse(url()).jdbc());
        Statement newer = connection.createStatement()) {
      newer.execute("UPDATE journal_version SET \"version\" = '3' WHERE \"version\" = '2'");
    }
    assertThatThrownBy(() -> read(url()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is of version 3, expected 2: use a newer luntra");
  }

  private static void migrate(String url, String version) {
    Flyway.configure(JdbcJournal.class.getClassLoader())
        .dataSource(JournalUrl.parse(url).jdbc(), null, null)
        .locations("classpath:io/luntra/ethereum/journal/migration")
        .table("journal_version")
        .target(version)
        .load()
        .migrate();
  }

  @Test
  void readsAJournalInPostgresWhileItIsWritten() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      String url = postgres.getJdbcUrl("postgres", "postgres");
      assertThatThrownBy(() -> read(url))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("has no tables yet");
      migrate(url, "1");
      assertThatThrownBy(() -> read(url)).hasMessageContaining("is of version 1, expected 2");
      try (Journal journal = JdbcJournal.open(url);
          JournalReader reader = read(url)) {
        journal.begin(JournalEntries.begun());
        Lease lease = lease(journal);
        journal.append(lease, JournalEntries.batch(0, 0));
        assertThat(reader.releases()).containsExactly(JournalEntries.begun());
        assertThat(reader.batches(JournalEntries.begun()))
            .containsExactly(JournalEntries.batch(0, 0));
        journal.update(lease, JournalEntries.batch(0, 0).sent());
        assertThat(reader.batches(JournalEntries.begun()))
            .containsExactly(JournalEntries.batch(0, 0).sent());
      }
      try (Connection connection = ReadConnection.open(JournalUrl.parse(url), new Properties());
          Statement write = connection.createStatement()) {
        assertThatThrownBy(() -> write.execute("DELETE FROM batch"))
            .hasMessageContaining("read-only");
      }
    }
  }
}
