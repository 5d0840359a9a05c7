package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.kzg.VersionedHash;
import io.luntra.merkle.ReleaseMerkle;
import io.luntra.release.ReleaseIds;
import java.util.List;

/**
 * What is published of a release and by whom, decided before anything is sent: each lane has a
 * contiguous range of its blobs; how many of them go into one transaction is decided on the way.
 * Follows from the staged release and the lanes alone, so a second run plans the same.
 */
final class ReleasePlan {
  private static final int BLOBS_PER_BATCH = 6;
  private static final int MAX_LANES = 16;

  private final StagedRelease release;
  private final String creator;
  private final Bytes32 releaseId;
  private final Bytes32 merkleRoot;
  private final List<String> lanes;

  private ReleasePlan(
      StagedRelease release,
      String creator,
      Bytes32 releaseId,
      Bytes32 merkleRoot,
      List<String> lanes) {
    this.release = release;
    this.creator = creator;
    this.releaseId = releaseId;
    this.merkleRoot = merkleRoot;
    this.lanes = lanes;
  }

  /** A release of a model of the publisher's own. */
  static ReleasePlan of(StagedRelease release, List<String> accounts) {
    return of(release, accounts.get(0), accounts);
  }

  /**
   * @param creator account that registered the model, or registers it now: the publisher then
   * @param accounts lane accounts; the first is the publisher
   */
  static ReleasePlan of(StagedRelease release, String creator, List<String> accounts) {
    Bytes32 releaseId = ReleaseIds.of(creator, release.name());
    List<VersionedHash> blobs = release.blobs();
    int laneCount = Math.min(Math.min(accounts.size(), fullBatches(blobs.size())), MAX_LANES);
    return new ReleasePlan(
        release,
        creator,
        releaseId,
        ReleaseMerkle.root(
            releaseId,
            blobs.subList(0, release.dataBlobs()),
            blobs.subList(release.dataBlobs(), blobs.size()),
            release.rootManifest()),
        List.copyOf(accounts.subList(0, laneCount)));
  }

  private static int fullBatches(int blobs) {
    return (blobs + BLOBS_PER_BATCH - 1) / BLOBS_PER_BATCH;
  }

  StagedRelease release() {
    return release;
  }

  /** Under whose name the model is unique. */
  String creator() {
    return creator;
  }

  /** Whether the model is another account's than the publisher's, who needs a role then. */
  boolean isOfAnother() {
    return !creator.equals(lanes.get(0));
  }

  Bytes32 releaseId() {
    return releaseId;
  }

  Bytes32 merkleRoot() {
    return merkleRoot;
  }

  /** Releases that it is made from, by their ids. */
  List<Bytes32> parents() {
    return release.parents();
  }

  /** Accounts that this release uses, the publisher first. */
  List<String> lanes() {
    return lanes;
  }

  /**
   * Index of a lane's first blob in the release; of one past the last lane, the number of blobs.
   */
  int firstBlob(int lane) {
    int blobs = release.blobs().size();
    long batch = (long) lane * fullBatches(blobs) / lanes.size();
    return (int) Math.min(blobs, batch * BLOBS_PER_BATCH);
  }

  /** The blobs of a lane, in order. */
  List<VersionedHash> blobs(int lane) {
    return release.blobs().subList(firstBlob(lane), firstBlob(lane + 1));
  }
}
