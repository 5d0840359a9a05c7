package io.luntra.ethereum.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcJournalTest {
  private static final Network NETWORK = JournalEntries.NETWORK;
  private static final String ACCOUNT = JournalEntries.ACCOUNT.getAddress();

  @TempDir Path folder;

  private String url() {
    return JdbcJournal.embeddedUrl(folder.resolve("journal"));
  }

  private List<JournaledBatch> release(Journal journal) {
    return journal.release(NETWORK, JournalEntries.REGISTRY, JournalEntries.RELEASE);
  }

  @Test
  void keepsEveryFieldOverAReopen() {
    JournaledBatch first = JournalEntries.batch(0, 0);
    JournaledBatch second = JournalEntries.batch(1, 1);
    JournaledBatch third = JournalEntries.batch(2, 2);
    try (Journal journal = JdbcJournal.open(url())) {
      journal.append(second);
      journal.append(first);
      journal.append(third);
      journal.sent(second);
      journal.included(first, JournalEntries.inclusion());
      journal.failed(third, JournalEntries.inclusion());
    }
    try (Journal journal = JdbcJournal.open(url())) {
      List<JournaledBatch> batches = release(journal);
      assertThat(batches)
          .extracting(JournaledBatch::state)
          .containsExactly(BatchState.INCLUDED, BatchState.SENT, BatchState.FAILED);
      assertThat(batches)
          .extracting(JournaledBatch::transaction)
          .containsExactly(first.transaction(), second.transaction(), third.transaction());
      assertThat(batches.get(0).inclusion()).contains(JournalEntries.inclusion());
      assertThat(batches.get(1).inclusion()).isEmpty();
      assertThat(batches.get(0).batchId()).isEqualTo(first.batchId());
      assertThat(batches.get(0).kind()).isEqualTo(BatchKind.OPEN);
      JournalTotals totals = JournalTotals.of(batches);
      assertThat(totals.transactions()).isEqualTo(2);
      assertThat(totals.gasUsed()).isEqualTo(100_000);
      assertThat(totals.costWei()).isEqualTo(BigInteger.valueOf(2 * (50_000 * 11 + 131_072 * 2)));
    }
  }

  @Test
  void unsettledAreThoseInFlightAndThoseAReorgTookBack() {
    try (Journal journal = JdbcJournal.open(url())) {
      for (int i = 0; i < 4; i++) {
        journal.append(JournalEntries.batch(i, i));
      }
      journal.included(JournalEntries.batch(0, 0), JournalEntries.inclusion());
      journal.included(JournalEntries.batch(3, 3), JournalEntries.inclusion());
      journal.sent(JournalEntries.batch(1, 1));
      assertThat(journal.unsettled(NETWORK, ACCOUNT, 4))
          .extracting(JournaledBatch::nonce)
          .containsExactly(1L, 2L);
      assertThat(journal.unsettled(NETWORK, ACCOUNT, 3))
          .extracting(JournaledBatch::nonce)
          .containsExactly(1L, 2L, 3L);
      assertThat(journal.lastNonce(NETWORK, ACCOUNT)).isEqualTo(OptionalLong.of(3));
    }
  }

  @Test
  void aReorgedBatchIsInFlightAgain() {
    try (Journal journal = JdbcJournal.open(url())) {
      JournaledBatch batch = JournalEntries.batch(0, 0);
      journal.append(batch);
      journal.included(batch, JournalEntries.inclusion());
      journal.sent(batch);
      assertThat(release(journal).get(0).state()).isEqualTo(BatchState.SENT);
      assertThat(release(journal).get(0).inclusion()).isEqualTo(Optional.empty());
    }
  }

  @Test
  void refusesASecondTransactionForABatchOrANonce() {
    try (Journal journal = JdbcJournal.open(url())) {
      journal.append(JournalEntries.batch(0, 0));
      assertThatThrownBy(() -> journal.append(JournalEntries.batch(0, 1)))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("batch 0")
          .hasMessageContaining("nonce 1");
      assertThatThrownBy(() -> journal.append(JournalEntries.batch(1, 0)))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("another publisher");
      assertThat(release(journal)).hasSize(1);
    }
  }

  @Test
  void changesNothingThatItDoesNotHave() {
    try (Journal journal = JdbcJournal.open(url())) {
      journal.append(JournalEntries.batch(0, 0));
      assertThatThrownBy(() -> journal.sent(JournalEntries.batch(1, 1)))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("0 rows");
      // The same batch under another nonce is another transaction.
      assertThatThrownBy(() -> journal.sent(JournalEntries.batch(0, 5)))
          .isInstanceOf(LuntraException.class);
    }
  }

  @Test
  void tellsChainsOfOneIdApart() {
    Network other = new Network(NETWORK.chainId(), JournalEntries.filled(8));
    try (Journal journal = JdbcJournal.open(url())) {
      journal.append(JournalEntries.batch(0, 0));
      journal.append(JournalEntries.batch(other, 0, 0));
      assertThat(release(journal)).hasSize(1);
      assertThat(journal.lastNonce(new Network(1, JournalEntries.filled(7)), ACCOUNT)).isEmpty();
    }
  }

  @Test
  void keepsWhatAProcessJournaledBeforeItDied() throws Exception {
    Process child = child(40);
    assertThat(child.waitFor()).isEqualTo(7);
    try (Journal journal = JdbcJournal.open(url())) {
      List<JournaledBatch> batches = release(journal);
      assertThat(batches).hasSize(40);
      assertThat(batches.get(0).state()).isEqualTo(BatchState.SENT);
      assertThat(batches.get(39).transaction())
          .isEqualTo(JournalEntries.batch(39, 39).transaction());
    }
  }

  @Test
  void refusesAJournalThatAnotherProcessHasOpen() throws Exception {
    try (Journal journal = JdbcJournal.open(url())) {
      journal.append(JournalEntries.batch(0, 0));
      Process child = child(1);
      String errors = new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(child.waitFor()).isEqualTo(1);
      assertThat(errors).contains("is in use by another process");
      assertThat(release(journal)).hasSize(1);
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

  private Process child(int batches) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx128m");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(JournalChild.class.getName());
    command.add(url());
    command.add(Integer.toString(batches));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(
            batches == 1
                ? ProcessBuilder.Redirect.PIPE
                : ProcessBuilder.Redirect.to(folder.resolve("child.log").toFile()))
        .start();
  }
}
