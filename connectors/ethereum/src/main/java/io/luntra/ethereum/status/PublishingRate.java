package io.luntra.ethereum.status;

import io.luntra.ethereum.journal.Inclusion;
import io.luntra.ethereum.journal.JournaledBatch;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How fast blobs came into blocks, from the times of these blocks. */
final class PublishingRate {
  static final Duration SLOT = Duration.ofSeconds(12);

  /** A beacon node serves blobs for 4096 epochs of 32 slots. */
  static final Duration SERVED = SLOT.multipliedBy(4096 * 32L);

  private static final int LAST = 100;

  private PublishingRate() {}

  /** Those in blocks of known time, oldest first. */
  static List<JournaledBatch> timed(List<JournaledBatch> batches) {
    return batches.stream()
        .filter(PublishedBlobs::publishes)
        .filter(batch -> batch.inclusion().map(where -> where.blockTime() > 0).orElse(false))
        .sorted(Comparator.comparingLong(PublishingRate::time))
        .toList();
  }

  private static long time(JournaledBatch batch) {
    return batch.inclusion().map(Inclusion::blockTime).orElseThrow();
  }

  /** Over the last batches; the last block has a slot, too. */
  static Optional<Double> blobsPerSlot(List<JournaledBatch> timed) {
    if (timed.isEmpty()) {
      return Optional.empty();
    }
    List<JournaledBatch> last = timed.subList(Math.max(0, timed.size() - LAST), timed.size());
    long seconds = time(last.get(last.size() - 1)) - time(last.get(0));
    int blobs = last.stream().mapToInt(batch -> batch.blobs().size()).sum();
    return Optional.of(blobs / ((double) seconds / SLOT.toSeconds() + 1));
  }

  /** When beacon nodes may drop the first of them. */
  static Optional<Instant> servedUntil(List<JournaledBatch> timed) {
    return timed.stream().findFirst().map(batch -> Instant.ofEpochSecond(time(batch)).plus(SERVED));
  }
}
