package io.luntra.jobs.prepare;

import io.luntra.ethereum.staging.StagingStore;
import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/**
 * Commits to blobs, computes their cell proofs and stages them: most of the work of preparing a
 * release. A blob that is staged already costs its commitment only.
 */
final class CommitAndStage extends RichMapFunction<PackedBlob, ReleasePart> {
  private static final long serialVersionUID = 1L;
  static final String STAGED_BLOBS = "stagedBlobs";

  private final String stagingRoot;
  private final LongCounter stagedBlobs = new LongCounter();
  private transient BlobStager stager;

  CommitAndStage(String stagingRoot) {
    this.stagingRoot = stagingRoot;
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(STAGED_BLOBS, stagedBlobs);
    stager = new BlobStager(Kzg.load(), StagingStore.open(stagingRoot));
  }

  @Override
  public ReleasePart map(PackedBlob packed) {
    KzgCommitment commitment = stager.stage(packed.blob());
    stagedBlobs.add(1);
    return new ReleasePart(
        packed.release(),
        null,
        new ReleasePart.CommittedBlob(packed.shard(), packed.index(), commitment.bytes()));
  }
}
