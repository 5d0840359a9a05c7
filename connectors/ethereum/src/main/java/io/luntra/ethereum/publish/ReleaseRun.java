package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.failure.VerificationException;
import io.luntra.kzg.VersionedHash;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** How far a planned release is: which of its blobs are signed, included, confirmed. */
final class ReleaseRun {
  private final ReleasePlan plan;
  private final List<LaneProgress> lanes;
  private BatchState seal;

  ReleaseRun(ReleasePlan plan) {
    this.plan = plan;
    this.lanes =
        IntStream.range(0, plan.lanes().size())
            .mapToObj(lane -> new LaneProgress(plan.blobs(lane)))
            .toList();
  }

  ReleasePlan plan() {
    return plan;
  }

  /**
   * What a lane signs next: its blobs in order, and the seal when all blobs of all lanes are
   * confirmed.
   *
   * @param maxBlobs 1 to 6; the root manifest stays together
   */
  Optional<PlannedBatch> next(int lane, int maxBlobs) {
    LaneProgress progress = lanes.get(lane);
    if (!progress.isSigned()) {
      int count = Math.min(maxBlobs, progress.size() - progress.signed());
      int index = plan.firstBlob(lane) + progress.signed();
      return Optional.of(
          new PlannedBatch(
              index,
              index == 0 ? BatchKind.OPEN : BatchKind.APPEND,
              lane,
              progress.next(count),
              progress.accumulator()));
    }
    if (lane != 0 || seal != null || !isConfirmed()) {
      return Optional.empty();
    }
    return Optional.of(
        new PlannedBatch(
            sealIndex(), BatchKind.SEAL, 0, plan.release().rootManifest(), Bytes32.ZERO));
  }

  /** Whether all blobs but the root manifest's stand in confirmed blocks. */
  boolean isConfirmed() {
    return lanes.stream().allMatch(lane -> lane.confirmed() == lane.size());
  }

  /** Whether its seal is confirmed. */
  boolean isDone() {
    return seal == BatchState.FINAL;
  }

  private int sealIndex() {
    return plan.release().blobs().size();
  }

  /** Takes over a batch that the journal has, in the order of their indexes. */
  void recovered(JournaledBatch batch) {
    int lane = laneOf(batch);
    if (batch.kind() == BatchKind.SEAL) {
      requireSame(batch, plan.release().rootManifest());
    } else {
      LaneProgress progress = lanes.get(lane);
      int left = progress.size() - progress.signed();
      requireSame(batch, progress.next(Math.min(batch.blobs().size(), left)));
    }
    signed(batch);
    if (batch.state().isInBlock()) {
      included(batch);
    }
    if (batch.state() == BatchState.FINAL) {
      confirmed(batch);
    }
  }

  /** Whether the journal's next batch of its lane comes after blobs that the journal lacks. */
  boolean isAhead(JournaledBatch batch) {
    int lane = laneOf(batch);
    return batch.kind() != BatchKind.SEAL
        && batch.index() > plan.firstBlob(lane) + lanes.get(lane).signed();
  }

  private void requireSame(JournaledBatch batch, List<VersionedHash> expected) {
    if (!batch.blobs().equals(expected)) {
      throw new VerificationException(
          "%s was begun with other content: the journal has %s with %s, expected %s"
              .formatted(plan.release().name(), batch.describe(), batch.blobs(), expected));
    }
  }

  int laneOf(JournaledBatch batch) {
    boolean isSeal = batch.kind() == BatchKind.SEAL;
    int lane = 0;
    while (!isSeal && lane < lanes.size() && plan.firstBlob(lane + 1) <= batch.index()) {
      lane++;
    }
    if (lane == lanes.size() || isSeal != (batch.index() == sealIndex())) {
      throw new VerificationException(
          "%s was begun with other content: the journal has %s, the release %d blobs"
              .formatted(plan.release().name(), batch.describe(), sealIndex()));
    }
    if (!plan.lanes().get(lane).equals(batch.account())) {
      throw new PublishStoppedException(
          "%s was begun with other lanes: %s, expected account %s. Run with the lanes it began with"
              .formatted(plan.release().name(), batch.describe(), plan.lanes().get(lane)));
    }
    return lane;
  }

  void signed(JournaledBatch batch) {
    if (batch.kind() == BatchKind.SEAL) {
      seal = BatchState.SENT;
    } else {
      lanes.get(laneOf(batch)).sign(batch.blobs().size());
    }
  }

  void included(JournaledBatch batch) {
    if (batch.kind() == BatchKind.SEAL) {
      seal = BatchState.INCLUDED;
    } else {
      lanes.get(laneOf(batch)).include(batch.blobs().size());
    }
  }

  void confirmed(JournaledBatch batch) {
    if (batch.kind() == BatchKind.SEAL) {
      seal = BatchState.FINAL;
    } else {
      lanes.get(laneOf(batch)).confirm(batch.blobs().size());
    }
  }

  /** A reorganisation took the batch out of its block. */
  void takenBack(JournaledBatch batch) {
    if (batch.kind() == BatchKind.SEAL) {
      seal = BatchState.SENT;
    } else {
      lanes.get(laneOf(batch)).takeBack(batch.blobs().size());
    }
  }

  /** Everything stands, by an earlier run. */
  void standsAlready() {
    seal = BatchState.FINAL;
    for (LaneProgress lane : lanes) {
      int left = lane.size() - lane.signed();
      if (left > 0) {
        lane.sign(left);
      }
      lane.include(lane.size() - lane.included());
      lane.confirm(lane.size() - lane.confirmed());
    }
  }

  /**
   * Takes over batches that the registry has and the journal lacks.
   *
   * @param counts how many blobs the lane had after each of its batches
   * @param until take no batch beyond so many blobs
   */
  void adopt(int lane, List<Long> counts, int until) {
    LaneProgress progress = lanes.get(lane);
    for (long count : counts) {
      int signed = progress.signed();
      if (count > signed && count <= until && count <= progress.size()) {
        int more = (int) count - signed;
        progress.sign(more);
        progress.include(more);
        progress.confirm(more);
      }
    }
  }

  /** Whether the registry's record of a lane is one that this release passes through. */
  void requireOnItsWay(int lane, Bytes32 accumulator) {
    LaneProgress progress = lanes.get(lane);
    long count = Accumulator.blobCount(accumulator);
    Bytes32 expected = count <= progress.signed() ? progress.accumulatorAfter((int) count) : null;
    if (!accumulator.equals(expected)) {
      throw new VerificationException(
          "%s (release %s), lane %s: the registry shows accumulator %s after %d blobs, expected %s:"
                  .formatted(
                      plan.release().name(),
                      plan.releaseId(),
                      plan.lanes().get(lane),
                      accumulator,
                      count,
                      expected == null ? "no batch to end there" : expected)
              + " this release was begun with other content or other lanes");
    }
  }

  int signedBlobs(int lane) {
    return lanes.get(lane).signed();
  }

  /** Blobs that are in no signed transaction yet, the root manifest's included. */
  int unsignedBlobs() {
    return progress().blobs() - progress().blobsSigned();
  }

  /** Each lane's accumulator when all its batches stand. */
  List<Bytes32> finalAccumulators() {
    return lanes.stream().map(LaneProgress::accumulator).toList();
  }

  PublishProgress progress() {
    return new PublishProgress(
        plan.release().name(),
        plan.releaseId(),
        plan.release().allBlobs(),
        sum(LaneProgress::signed) + (seal == null ? 0 : sealBlobs()),
        sum(LaneProgress::included) + (seal != null && seal.isInBlock() ? sealBlobs() : 0),
        sum(LaneProgress::confirmed) + (isDone() ? sealBlobs() : 0));
  }

  private int sealBlobs() {
    return plan.release().rootManifest().size();
  }

  private int sum(ToIntFunction<LaneProgress> number) {
    return lanes.stream().mapToInt(number).sum();
  }
}
