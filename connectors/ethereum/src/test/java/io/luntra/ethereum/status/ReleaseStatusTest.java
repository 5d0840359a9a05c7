package io.luntra.ethereum.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JournalTotals;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.journal.ReleaseBegun;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;

class ReleaseStatusTest {
  private static final Network NETWORK = new Network(31337, filled(7));
  private static final String REGISTRY = "0x00000000000000000000000000000000000000aa";
  private static final Credentials ACCOUNT = Credentials.create("0x" + "01".repeat(32));
  private static final long START = 1_700_000_000;
  private static final Instant NOW = Instant.ofEpochSecond(START + 600);
  private static final BigInteger COST = BigInteger.valueOf(50_000 * 11 + 131_072 * 2);

  private static ReleaseBegun release(int blobs) {
    return new ReleaseBegun(
        NETWORK, REGISTRY, filled(9), ReleaseName.parse("test/model@1"), blobs, "a".repeat(64));
  }

  private static Bytes32 filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return new Bytes32(bytes);
  }

  private static SignedBlobTransaction transaction(long nonce, int blobs, String to, long times) {
    byte[] hash = new byte[32];
    hash[0] = 1;
    return new BlobTransaction(
            NETWORK.chainId(),
            nonce,
            BigInteger.valueOf(times),
            BigInteger.valueOf(10 * times),
            100_000,
            to,
            BigInteger.ZERO,
            new byte[0],
            BigInteger.valueOf(2 * times),
            Collections.nCopies(blobs, new VersionedHash(hash)))
        .sign(ACCOUNT);
  }

  private static JournaledBatch batch(BatchKind kind, int index, int blobs, long nonce) {
    return JournaledBatch.signed(
        NETWORK, filled(9), index, kind, transaction(nonce, blobs, REGISTRY, 1));
  }

  private static Inclusion at(JournaledBatch batch, long seconds) {
    return new Inclusion(
        batch.transaction().hash(),
        12,
        filled(3),
        seconds,
        50_000,
        BigInteger.valueOf(11),
        131_072,
        BigInteger.TWO);
  }

  private static JournaledBatch included(JournaledBatch batch, long slot) {
    return batch.included(at(batch, START + 12 * slot));
  }

  private static JournaledBatch cancelled(JournaledBatch batch) {
    JournaledBatch cancelling = batch.with(transaction(batch.nonce(), 1, ACCOUNT.getAddress(), 4));
    return included(cancelling, 0);
  }

  private static JournaledBatch in(BatchState state, JournaledBatch batch) {
    return switch (state) {
      case JOURNALED -> batch;
      case SENT -> batch.sent();
      case INCLUDED -> included(batch, batch.nonce());
      case FINAL -> included(batch, batch.nonce()).confirmed();
      case FAILED -> batch.failed(at(batch, START));
      case CANCELLED -> cancelled(batch).confirmed();
    };
  }

  @Test
  void tellsHowFarAReleaseCame() {
    JournaledBatch replaced =
        batch(BatchKind.APPEND, 18, 4, 3).sent().with(transaction(3, 4, REGISTRY, 2));
    ReleaseStatus status =
        ReleaseStatus.of(
            release(23),
            List.of(
                included(batch(BatchKind.OPEN, 0, 6, 0), 0).confirmed(),
                included(batch(BatchKind.APPEND, 6, 6, 1), 1),
                batch(BatchKind.APPEND, 12, 6, 2).sent(),
                replaced),
            NOW);
    assertThat(status.state()).isEqualTo(ReleaseState.PUBLISHING);
    assertThat(status.blobs()).isEqualTo(new PublishedBlobs(23, 22, 12, 6));
    assertThat(status.attempts()).isEqualTo(5);
    assertThat(status.costWei()).isEqualTo(COST.multiply(BigInteger.TWO));
    // Of the replaced one, only its dearest transaction counts.
    long once = 1_000_000 + 6 * 131_072 * 2;
    long twice = 2_000_000 + 4 * 131_072 * 4;
    assertThat(status.inFlightWei()).isEqualTo(once + twice);
    assertThat(status.blobsPerSlot().orElseThrow()).isEqualTo(6, within(1e-9));
    assertThat(status.timeLeft()).contains(Duration.ofSeconds(22));
    assertThat(status.untilGone()).contains(Duration.ofSeconds(4096 * 32 * 12 - 600));
    assertThat(status.waiting()).extracting(JournaledBatch::index).containsExactly(12, 18);
    assertThat(status.failed()).isEmpty();
  }

  @Test
  void isSealedOnceItsSealIsFinal() {
    JournaledBatch open = included(batch(BatchKind.OPEN, 0, 6, 0), 0).confirmed();
    JournaledBatch seal = included(batch(BatchKind.SEAL, 6, 1, 1), 9);
    ReleaseStatus before = ReleaseStatus.of(release(7), List.of(open, seal), NOW);
    assertThat(before.state()).isEqualTo(ReleaseState.PUBLISHING);
    assertThat(before.timeLeft()).contains(Duration.ZERO);
    ReleaseStatus after = ReleaseStatus.of(release(7), List.of(open, seal.confirmed()), NOW);
    assertThat(after.state()).isEqualTo(ReleaseState.SEALED);
    assertThat(after.blobs()).isEqualTo(new PublishedBlobs(7, 7, 7, 7));
  }

  @Test
  void aCancelledBatchCostsAndPublishesNothing() {
    JournaledBatch first = batch(BatchKind.OPEN, 0, 6, 0);
    for (JournaledBatch cancelled : List.of(cancelled(first), cancelled(first).confirmed())) {
      ReleaseStatus status = ReleaseStatus.of(release(7), List.of(cancelled), NOW);
      assertThat(status.state()).isEqualTo(ReleaseState.BEGUN);
      assertThat(status.blobs()).isEqualTo(new PublishedBlobs(7, 0, 0, 0));
      assertThat(status.costWei()).isEqualTo(COST);
      assertThat(status.attempts()).isEqualTo(2);
      assertThat(status.blobsPerSlot()).isEmpty();
      assertThat(status.timeLeft()).isEmpty();
      assertThat(status.untilGone()).isEmpty();
    }
    ReleaseStatus anew =
        ReleaseStatus.of(
            release(7), List.of(cancelled(first).confirmed(), batch(BatchKind.OPEN, 0, 6, 1)), NOW);
    assertThat(anew.blobs()).isEqualTo(new PublishedBlobs(7, 6, 0, 0));
  }

  @Test
  void aRevertedBatchMarksItsRelease() {
    JournaledBatch failed = in(BatchState.FAILED, batch(BatchKind.APPEND, 6, 6, 1));
    ReleaseStatus status =
        ReleaseStatus.of(
            release(13), List.of(included(batch(BatchKind.OPEN, 0, 6, 0), 0), failed), NOW);
    assertThat(status.state()).isEqualTo(ReleaseState.FAILED);
    assertThat(status.failed()).containsExactly(failed);
    assertThat(status.blobs()).isEqualTo(new PublishedBlobs(13, 6, 6, 0));
    assertThat(status.costWei()).isEqualTo(COST.multiply(BigInteger.TWO));
  }

  @Test
  void countsTheRateOverTheLastHundredBatches() {
    List<JournaledBatch> batches = new ArrayList<>();
    batches.add(included(batch(BatchKind.OPEN, 0, 6, 0), 0));
    for (int i = 1; i <= 100; i++) {
      batches.add(included(batch(BatchKind.APPEND, 6 * i, 1, i), 100_000 + 2 * (i / 2)));
    }
    Instant late = Instant.ofEpochSecond(START + 4096L * 32 * 12 + 1);
    ReleaseStatus status = ReleaseStatus.of(release(10_000), batches, late);
    assertThat(status.blobsPerSlot().orElseThrow()).isEqualTo(100.0 / 101, within(1e-9));
    assertThat(status.untilGone()).contains(Duration.ofSeconds(-1));
  }

  @Test
  void knowsNoTimesOfAnOldJournal() {
    JournaledBatch open = batch(BatchKind.OPEN, 0, 6, 0);
    ReleaseStatus status = ReleaseStatus.of(release(7), List.of(open.included(at(open, 0))), NOW);
    assertThat(status.blobs().included()).isEqualTo(6);
    assertThat(status.blobsPerSlot()).isEmpty();
    assertThat(status.untilGone()).isEmpty();
  }

  private static final List<SignedBlobTransaction> SIGNED =
      List.of(transaction(0, 6, REGISTRY, 1), transaction(1, 4, REGISTRY, 1));

  @Property(tries = 300)
  void sumsNeverExceedTheBlobs(
      @ForAll @IntRange(max = 40) int blobs,
      @ForAll @Size(max = 12) List<BatchState> states,
      @ForAll @IntRange(max = 7) int step) {
    List<JournaledBatch> batches = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      SignedBlobTransaction signed = SIGNED.get(i % 2);
      batches.add(
          in(
              states.get(i),
              JournaledBatch.signed(NETWORK, filled(9), i * step, BatchKind.APPEND, signed)));
    }
    ReleaseStatus status = ReleaseStatus.of(release(blobs), batches, NOW);
    PublishedBlobs sums = status.blobs();
    assertThat(sums.signed()).isBetween(0, blobs);
    assertThat(sums.included()).isBetween(0, sums.signed());
    assertThat(sums.confirmed()).isBetween(0, sums.included());
    assertThat(status.waiting())
        .hasSameSizeAs(states.stream().filter(state -> !state.isInBlock()).toList());
    assertThat(status.state() == ReleaseState.FAILED).isEqualTo(states.contains(BatchState.FAILED));
    assertThat(status.costWei())
        .isEqualTo(COST.multiply(BigInteger.valueOf(JournalTotals.of(batches).transactions())));
    assertThat(status.inFlightWei().signum()).isEqualTo(status.waiting().isEmpty() ? 0 : 1);
    assertThat(status.blobsPerSlot().isPresent())
        .isEqualTo(states.contains(BatchState.INCLUDED) || states.contains(BatchState.FINAL));
  }
}
