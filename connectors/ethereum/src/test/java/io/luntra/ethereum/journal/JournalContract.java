package io.luntra.ethereum.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.LuntraException;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal does in any database. */
abstract class JournalContract {
  static final Network NETWORK = JournalEntries.NETWORK;
  static final String ACCOUNT = JournalEntries.ACCOUNT.getAddress();
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir Path folder;

  /** Of a database that is empty before each test. */
  abstract String url();

  final Journal open() {
    return JdbcJournal.open(url());
  }

  static Lease lease(Journal journal) {
    return lease(journal, NETWORK);
  }

  private static Lease lease(Journal journal, Network network) {
    return journal.lease(network, ACCOUNT, LeaseHolder.here(), LONG);
  }

  static List<JournaledBatch> release(Journal journal) {
    return journal.release(NETWORK, JournalEntries.REGISTRY, JournalEntries.RELEASE);
  }

  private static JournaledBatch included(JournaledBatch batch) {
    return batch.included(JournalEntries.inclusion(batch.transaction()));
  }

  @Test
  void keepsEveryFieldOverAReopen() {
    JournaledBatch first = JournalEntries.batch(0, 0);
    JournaledBatch second = JournalEntries.batch(1, 1);
    JournaledBatch third = JournalEntries.batch(2, 2);
    JournaledBatch fourth = JournalEntries.batch(3, 3);
    Inclusion where = JournalEntries.inclusion(third.transaction());
    try (Journal journal = open()) {
      Lease lease = lease(journal);
      journal.append(lease, second);
      journal.append(lease, first);
      journal.append(lease, third);
      journal.append(lease, fourth);
      journal.update(lease, second.sent());
      journal.update(lease, included(first));
      journal.update(lease, third.failed(where));
      journal.update(lease, included(fourth).confirmed());
    }
    try (Journal journal = open()) {
      List<JournaledBatch> batches = release(journal);
      assertThat(batches)
          .containsExactly(
              included(first), second.sent(), third.failed(where), included(fourth).confirmed());
      assertThat(batches)
          .extracting(JournaledBatch::state)
          .containsExactly(
              BatchState.INCLUDED, BatchState.SENT, BatchState.FAILED, BatchState.FINAL);
      JournalTotals totals = JournalTotals.of(batches);
      assertThat(totals.transactions()).isEqualTo(3);
      assertThat(totals.gasUsed()).isEqualTo(150_000);
      assertThat(totals.costWei()).isEqualTo(BigInteger.valueOf(3 * (50_000 * 11 + 131_072 * 2)));
    }
  }

  @Test
  void keepsEveryTransactionOfABatch() {
    JournaledBatch batch = JournalEntries.batch(0, 0);
    JournaledBatch replaced = batch.sent().with(JournalEntries.attempt(0, 0, 2));
    JournaledBatch again = replaced.sent().with(JournalEntries.attempt(0, 0, 4));
    JournaledBatch won = again.included(JournalEntries.inclusion(batch.transaction()));
    try (Journal journal = open()) {
      Lease lease = lease(journal);
      journal.append(lease, batch);
      journal.append(lease, JournalEntries.batch(1, 1));
      journal.replace(lease, replaced);
      assertThat(release(journal).get(0).state()).isEqualTo(BatchState.JOURNALED);
      journal.replace(lease, again);
      assertThat(release(journal)).hasSize(2).first().isEqualTo(again);
      assertThat(journal.unsettled(NETWORK, ACCOUNT, 0)).hasSize(2).first().isEqualTo(again);
      journal.update(lease, won);
      assertThat(release(journal).get(0)).isEqualTo(won);
    }
  }

  @Test
  void signsABatchAnewOnceItsCancellationIsConfirmed() {
    JournaledBatch batch = JournalEntries.batch(0, 0);
    JournaledBatch cancelling = batch.with(JournalEntries.cancellation(0, 0));
    JournaledBatch cancelled = included(cancelling);
    assertThat(cancelling.isBeingCancelled()).isTrue();
    assertThat(cancelled.isCancelled()).isTrue();
    assertThat(cancelling.included(JournalEntries.inclusion(batch.transaction())).isCancelled())
        .isFalse();
    try (Journal journal = open()) {
      Lease lease = lease(journal);
      journal.append(lease, batch);
      journal.replace(lease, cancelling);
      journal.update(lease, cancelled);
      assertThatThrownBy(() -> journal.append(lease, JournalEntries.batch(0, 1)))
          .isInstanceOf(LuntraException.class);
      journal.update(lease, cancelled.confirmed());
      journal.append(lease, JournalEntries.batch(0, 1));
      assertThat(release(journal))
          .extracting(JournaledBatch::state)
          .containsExactly(BatchState.CANCELLED, BatchState.JOURNALED);
      assertThat(JournalTotals.of(release(journal)).transactions()).isEqualTo(1);
    }
  }

  @Test
  void unsettledAreThoseNotConfirmedAndThoseAReorgTookBack() {
    try (Journal journal = open()) {
      Lease lease = lease(journal);
      for (int i = 0; i < 5; i++) {
        journal.append(lease, JournalEntries.batch(i, i));
      }
      journal.update(lease, included(JournalEntries.batch(0, 0)).confirmed());
      journal.update(lease, included(JournalEntries.batch(1, 1)));
      journal.update(lease, JournalEntries.batch(2, 2).sent());
      journal.update(lease, included(JournalEntries.batch(4, 4)).confirmed());
      assertThat(journal.unsettled(NETWORK, ACCOUNT, 5))
          .extracting(JournaledBatch::nonce)
          .containsExactly(1L, 2L, 3L);
      assertThat(journal.unsettled(NETWORK, ACCOUNT, 4))
          .extracting(JournaledBatch::nonce)
          .containsExactly(1L, 2L, 3L, 4L);
      assertThat(journal.lastNonce(NETWORK, ACCOUNT)).isEqualTo(OptionalLong.of(4));
    }
  }

  @Test
  void aReorgedBatchIsInFlightAgain() {
    try (Journal journal = open()) {
      Lease lease = lease(journal);
      JournaledBatch batch = JournalEntries.batch(0, 0);
      journal.append(lease, batch);
      journal.update(lease, included(batch));
      journal.update(lease, included(batch).sent());
      assertThat(release(journal)).containsExactly(batch.sent());
    }
  }

  @Test
  void refusesASecondBatchOfItsKindOrOfANonce() {
    try (Journal journal = open()) {
      Lease lease = lease(journal);
      journal.append(lease, JournalEntries.batch(0, 0));
      assertThatThrownBy(() -> journal.append(lease, JournalEntries.batch(0, 1)))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("batch 0")
          .hasMessageContaining("nonce 1");
      assertThatThrownBy(() -> journal.append(lease, JournalEntries.batch(1, 0)))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("another publisher");
      assertThat(release(journal)).hasSize(1);
    }
  }

  @Test
  void changesNothingThatItDoesNotHave() {
    try (Journal journal = open()) {
      Lease lease = lease(journal);
      journal.append(lease, JournalEntries.batch(0, 0));
      assertThatThrownBy(() -> journal.update(lease, JournalEntries.batch(1, 1).sent()))
          .isInstanceOf(LuntraException.class)
          .hasMessageContaining("0 rows");
      // The same batch under another nonce is another transaction.
      assertThatThrownBy(() -> journal.update(lease, JournalEntries.batch(0, 5).sent()))
          .isInstanceOf(LuntraException.class);
    }
  }

  @Test
  void tellsChainsOfOneIdApart() {
    Network other = new Network(NETWORK.chainId(), JournalEntries.filled(8));
    try (Journal journal = open()) {
      journal.append(lease(journal), JournalEntries.batch(0, 0));
      journal.append(lease(journal, other), JournalEntries.batch(other, 0, 0));
      assertThat(release(journal)).hasSize(1);
      assertThat(journal.lastNonce(new Network(1, JournalEntries.filled(7)), ACCOUNT)).isEmpty();
    }
  }

  @Test
  void givesAnAccountToOnePublisherAtATime() {
    try (Journal journal = open()) {
      LeaseHolder first = LeaseHolder.here();
      LeaseHolder second = LeaseHolder.here();
      Lease lease = journal.lease(NETWORK, ACCOUNT, first, LONG);
      assertThatThrownBy(() -> journal.lease(NETWORK, ACCOUNT, second, LONG))
          .isInstanceOf(AccountInUseException.class)
          .hasMessageContaining(ACCOUNT)
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      journal.renew(lease, LONG);
      journal.release(lease);
      Lease next = journal.lease(NETWORK, ACCOUNT, second, LONG);
      assertThat(next.fence()).isGreaterThan(lease.fence());
    }
  }

  @Test
  void takesNothingFromAPublisherThatLostItsAccount() {
    try (Journal journal = open()) {
      Lease old = lease(journal);
      journal.append(old, JournalEntries.batch(0, 0));
      journal.release(old);
      Lease next = lease(journal);
      JournaledBatch batch = JournalEntries.batch(0, 0);
      assertThatThrownBy(() -> journal.append(old, JournalEntries.batch(1, 1)))
          .isInstanceOf(AccountInUseException.class)
          .hasMessageContaining("taken over");
      assertThatThrownBy(() -> journal.replace(old, batch.with(JournalEntries.attempt(0, 0, 2))))
          .isInstanceOf(AccountInUseException.class);
      assertThatThrownBy(() -> journal.update(old, batch.sent()))
          .isInstanceOf(AccountInUseException.class);
      assertThatThrownBy(() -> journal.renew(old, LONG)).isInstanceOf(AccountInUseException.class);
      journal.release(old);
      journal.update(next, batch.sent());
      assertThat(release(journal)).containsExactly(batch.sent());
    }
  }

  @Test
  void aLeaseOfAProcessThatIsGoneIsFree() {
    LeaseHolder here = LeaseHolder.here();
    LeaseHolder gone = new LeaseHolder(here.host(), here.pid(), here.started() - 1, "x");
    LeaseHolder elsewhere = new LeaseHolder("elsewhere", here.pid(), here.started() - 1, "x");
    try (Journal journal = open()) {
      journal.lease(NETWORK, ACCOUNT, elsewhere, LONG);
      assertThatThrownBy(() -> lease(journal)).isInstanceOf(AccountInUseException.class);
    }
    try (Journal journal = open()) {
      String other = "0x00000000000000000000000000000000000000bb";
      journal.lease(NETWORK, other, gone, LONG);
      assertThat(journal.lease(NETWORK, other, here, LONG).fence()).isEqualTo(2);
    }
  }

  @Test
  void remembersReleasesThatWereBegun() {
    ReleaseBegun release =
        new ReleaseBegun(
            NETWORK,
            JournalEntries.REGISTRY,
            JournalEntries.RELEASE,
            ReleaseName.parse("test/model@1"),
            23,
            "a".repeat(64));
    try (Journal journal = open()) {
      journal.begin(release);
      journal.begin(release);
      assertThat(journal.releases()).containsExactly(release);
    }
  }

  @Test
  void keepsWhatAProcessJournaledBeforeItDied() throws Exception {
    Process child = child(40);
    assertThat(child.waitFor()).isEqualTo(7);
    try (Journal journal = open()) {
      List<JournaledBatch> batches = release(journal);
      assertThat(batches).hasSize(40);
      assertThat(batches.get(0).state()).isEqualTo(BatchState.SENT);
      assertThat(batches.get(39).transaction())
          .isEqualTo(JournalEntries.batch(39, 39).transaction());
      // It had the account for an hour, but it is gone.
      assertThat(lease(journal).fence()).isEqualTo(2);
    }
  }

  final Process child(int batches) throws IOException {
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
