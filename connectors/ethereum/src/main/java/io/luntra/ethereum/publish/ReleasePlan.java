package io.luntra.ethereum.publish;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.registry.Accumulator;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.kzg.VersionedHash;
import io.luntra.merkle.ReleaseMerkle;
import java.util.ArrayList;
import java.util.List;
import org.web3j.abi.DefaultFunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.crypto.Hash;
import org.web3j.utils.Numeric;

/**
 * The transactions of a release, all decided before the first is sent: batches of 6 consecutive
 * blobs, each lane with a contiguous range of them, then the seal. Follows from the staged release
 * and the lanes alone, so a second run plans the same.
 */
final class ReleasePlan {
  static final int BLOBS_PER_BATCH = 6;
  private static final int MAX_LANES = 32;

  private final StagedRelease release;
  private final Bytes32 releaseId;
  private final Bytes32 merkleRoot;
  private final List<String> lanes;
  private final List<PlannedBatch> batches;

  private ReleasePlan(
      StagedRelease release,
      Bytes32 releaseId,
      Bytes32 merkleRoot,
      List<String> lanes,
      List<PlannedBatch> batches) {
    this.release = release;
    this.releaseId = releaseId;
    this.merkleRoot = merkleRoot;
    this.lanes = lanes;
    this.batches = batches;
  }

  /**
   * @param accounts lane accounts; the first is the publisher
   */
  static ReleasePlan of(StagedRelease release, List<String> accounts) {
    Bytes32 releaseId = releaseId(accounts.get(0), release.name().name(), release.name().version());
    List<VersionedHash> blobs = release.blobs();
    int dataBatches = (blobs.size() + BLOBS_PER_BATCH - 1) / BLOBS_PER_BATCH;
    int laneCount = Math.min(Math.min(accounts.size(), dataBatches), MAX_LANES);
    List<PlannedBatch> batches = new ArrayList<>(dataBatches + 1);
    for (int lane = 0; lane < laneCount; lane++) {
      Bytes32 accumulator = Bytes32.ZERO;
      for (int i = start(lane, laneCount, dataBatches);
          i < start(lane + 1, laneCount, dataBatches);
          i++) {
        List<VersionedHash> hashes =
            List.copyOf(
                blobs.subList(
                    i * BLOBS_PER_BATCH, Math.min((i + 1) * BLOBS_PER_BATCH, blobs.size())));
        Bytes32 next = Accumulator.next(accumulator, hashes);
        batches.add(
            new PlannedBatch(
                i,
                i == 0 ? BatchKind.OPEN : BatchKind.APPEND,
                lane,
                hashes,
                PlannedBatch.batchId(releaseId, i, hashes),
                accumulator,
                next));
        accumulator = next;
      }
    }
    batches.add(
        new PlannedBatch(
            dataBatches,
            BatchKind.SEAL,
            0,
            release.rootManifest(),
            PlannedBatch.batchId(releaseId, dataBatches, release.rootManifest()),
            Bytes32.ZERO,
            Bytes32.ZERO));
    return new ReleasePlan(
        release,
        releaseId,
        ReleaseMerkle.root(
            releaseId,
            blobs.subList(0, release.dataBlobs()),
            blobs.subList(release.dataBlobs(), blobs.size()),
            release.rootManifest()),
        List.copyOf(accounts.subList(0, laneCount)),
        List.copyOf(batches));
  }

  private static int start(int lane, int lanes, int batches) {
    return (int) ((long) lane * batches / lanes);
  }

  /** Keccak-256 of abi.encode(publisher, name, version), as the registry computes it. */
  static Bytes32 releaseId(String publisher, String name, String version) {
    String encoded =
        new DefaultFunctionEncoder()
            .encodeParameters(
                List.of(new Address(publisher), new Utf8String(name), new Utf8String(version)));
    return new Bytes32(Hash.sha3(Numeric.hexStringToByteArray(encoded)));
  }

  StagedRelease release() {
    return release;
  }

  Bytes32 releaseId() {
    return releaseId;
  }

  Bytes32 merkleRoot() {
    return merkleRoot;
  }

  /** Accounts that this release uses, the publisher first. */
  List<String> lanes() {
    return lanes;
  }

  /** By index; the seal last. */
  List<PlannedBatch> batches() {
    return batches;
  }

  PlannedBatch seal() {
    return batches.get(batches.size() - 1);
  }

  /** The lane's batches without the seal, in order. */
  List<PlannedBatch> lane(int lane) {
    int dataBatches = batches.size() - 1;
    return batches.subList(
        start(lane, lanes.size(), dataBatches), start(lane + 1, lanes.size(), dataBatches));
  }

  /** Each lane's accumulator when all its batches stand. */
  List<Bytes32> finalAccumulators() {
    List<Bytes32> accumulators = new ArrayList<>();
    for (int lane = 0; lane < lanes.size(); lane++) {
      List<PlannedBatch> own = lane(lane);
      accumulators.add(own.get(own.size() - 1).next());
    }
    return accumulators;
  }
}
