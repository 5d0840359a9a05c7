package io.luntra.ethereum.status;

import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JournalTotals;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.ReleaseBegun;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How far a release came, what it cost, and how long it will take, as its journal tells it: what
 * was published before a journal was lost is not in it.
 *
 * @param attempts transactions that were signed, replaced ones and cancellations too
 * @param costWei what its transactions in blocks cost, reverted ones and cancellations too
 * @param inFlightWei the most that those in no block can cost yet
 * @param blobsPerSlot over the last batches in blocks; empty while there are none of known time
 * @param timeLeft until the last blob is in a block, at that rate; zero when it is
 * @param untilGone until beacon nodes may drop its first blob; negative when they may have
 * @param waiting batches that are signed and in no block
 * @param failed batches that reverted
 */
public record ReleaseStatus(
    ReleaseBegun release,
    ReleaseState state,
    PublishedBlobs blobs,
    int attempts,
    BigInteger costWei,
    BigInteger inFlightWei,
    Optional<Double> blobsPerSlot,
    Optional<Duration> timeLeft,
    Optional<Duration> untilGone,
    List<JournaledBatch> waiting,
    List<JournaledBatch> failed) {
  public ReleaseStatus {
    waiting = List.copyOf(waiting);
    failed = List.copyOf(failed);
  }

  /**
   * Adds up what the journal has of a release.
   *
   * @param batches all of them, cancelled ones too
   */
  public static ReleaseStatus of(ReleaseBegun release, List<JournaledBatch> batches, Instant now) {
    PublishedBlobs blobs = PublishedBlobs.of(release.blobs(), batches);
    List<JournaledBatch> waiting =
        batches.stream().filter(batch -> !batch.state().isInBlock()).toList();
    List<JournaledBatch> timed = PublishingRate.timed(batches);
    Optional<Double> rate = PublishingRate.blobsPerSlot(timed);
    return new ReleaseStatus(
        release,
        state(batches),
        blobs,
        batches.stream().mapToInt(batch -> batch.attempts().size()).sum(),
        JournalTotals.of(batches).costWei(),
        waiting.stream().map(JournaledBatch::worstCaseWei).reduce(BigInteger.ZERO, BigInteger::add),
        rate,
        timeLeft(blobs.left(), rate),
        PublishingRate.servedUntil(timed).map(until -> Duration.between(now, until)),
        waiting,
        batches.stream().filter(batch -> batch.state() == BatchState.FAILED).toList());
  }

  private static ReleaseState state(List<JournaledBatch> batches) {
    if (batches.stream().anyMatch(batch -> batch.state() == BatchState.FAILED)) {
      return ReleaseState.FAILED;
    }
    if (batches.stream()
        .anyMatch(batch -> batch.kind() == BatchKind.SEAL && batch.state() == BatchState.FINAL)) {
      return ReleaseState.SEALED;
    }
    return batches.stream().anyMatch(PublishedBlobs::publishes)
        ? ReleaseState.PUBLISHING
        : ReleaseState.BEGUN;
  }

  private static Optional<Duration> timeLeft(int blobs, Optional<Double> rate) {
    return blobs == 0
        ? Optional.of(Duration.ZERO)
        : rate.map(
            perSlot ->
                Duration.ofSeconds(
                    (long) Math.ceil(blobs / perSlot * PublishingRate.SLOT.toSeconds())));
  }
}
