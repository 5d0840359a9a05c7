package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.failure.LuntraException;
import io.luntra.failure.VerificationException;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** How far a planned release is: which batches are signed, taken by a node, included. */
final class ReleaseRun {
  private final ReleasePlan plan;
  private final BitSet signed = new BitSet();
  private final BitSet sent = new BitSet();
  private final BitSet included = new BitSet();
  private final int[] nextInLane;
  private int blobsIncluded;

  ReleaseRun(ReleasePlan plan) {
    this.plan = plan;
    this.nextInLane = new int[plan.lanes().size()];
  }

  ReleasePlan plan() {
    return plan;
  }

  /** The batch of the lane, in order, that has no transaction yet; the seal when all stand. */
  Optional<PlannedBatch> nextToSign(int lane) {
    List<PlannedBatch> own = plan.lane(lane);
    while (nextInLane[lane] < own.size() && signed.get(own.get(nextInLane[lane]).index())) {
      nextInLane[lane]++;
    }
    if (nextInLane[lane] < own.size()) {
      return Optional.of(own.get(nextInLane[lane]));
    }
    boolean sealable = lane == 0 && readyForSeal() && !signed.get(plan.seal().index());
    return sealable ? Optional.of(plan.seal()) : Optional.empty();
  }

  private boolean readyForSeal() {
    return included.nextClearBit(0) >= plan.seal().index();
  }

  /** Takes over a batch that the journal has, whatever became of its transaction. */
  void recovered(JournaledBatch batch) {
    checkIsPlanned(batch);
    signed.set(batch.index());
  }

  /** A batch that is signed, and that a node took. */
  void sent(int index) {
    signed.set(index);
    sent.set(index);
  }

  void included(int index) {
    if (!included.get(index)) {
      signed.set(index);
      sent.set(index);
      included.set(index);
      blobsIncluded += plan.batches().get(index).hashes().size();
    }
  }

  boolean isSealed() {
    return included.get(plan.seal().index());
  }

  PublishProgress progress() {
    return new PublishProgress(
        plan.release().name(),
        plan.releaseId(),
        plan.batches().size(),
        sent.cardinality(),
        included.cardinality(),
        plan.release().allBlobs(),
        blobsIncluded);
  }

  /** Takes over what the registry shows of a lane. */
  void standing(int lane, Bytes32 accumulator) {
    List<PlannedBatch> own = plan.lane(lane);
    int batches = standingBatches(lane, accumulator);
    for (int i = 0; i < batches; i++) {
      included(own.get(i).index());
    }
    for (PlannedBatch batch : own.subList(batches, own.size())) {
      if (included.get(batch.index())) {
        throw new LuntraException(
            "%s: batch %d was included, but the registry does not show it; a reorganisation, or a"
                    .formatted(plan.release().name(), batch.index())
                + " node that lags: run again");
      }
    }
  }

  /** How many of a lane's batches stand when the registry shows this accumulator. */
  int standingBatches(int lane, Bytes32 accumulator) {
    List<PlannedBatch> own = plan.lane(lane);
    if (accumulator.equals(Bytes32.ZERO)) {
      return 0;
    }
    long count = Accumulator.blobCount(accumulator);
    int standing = 0;
    while (standing < own.size() && Accumulator.blobCount(own.get(standing).next()) < count) {
      standing++;
    }
    Bytes32 expected = standing < own.size() ? own.get(standing).next() : null;
    if (!accumulator.equals(expected)) {
      throw new VerificationException(
          "%s (release %s), lane %s: the registry shows accumulator %s after %d blobs, expected %s:"
                  .formatted(
                      plan.release().name(),
                      plan.releaseId(),
                      plan.lanes().get(lane),
                      accumulator,
                      count,
                      expected == null ? "fewer blobs" : expected)
              + " this release was begun with other content or other lanes");
    }
    return standing + 1;
  }

  private void checkIsPlanned(JournaledBatch batch) {
    List<PlannedBatch> batches = plan.batches();
    PlannedBatch planned = batch.index() < batches.size() ? batches.get(batch.index()) : null;
    if (planned == null || !planned.batchId().equals(batch.batchId())) {
      throw new VerificationException(
          "%s was begun with other content: the journal has %s as batch %d, expected %s"
              .formatted(
                  plan.release().name(),
                  batch.batchId(),
                  batch.index(),
                  planned == null ? batches.size() + " batches" : planned.batchId()));
    }
    String lane = plan.lanes().get(planned.lane());
    if (!lane.equals(batch.account())) {
      throw new PublishStoppedException(
          "%s was begun with other lanes: %s, expected account %s. Run with the lanes it began with"
              .formatted(plan.release().name(), batch.describe(), lane));
    }
  }
}
