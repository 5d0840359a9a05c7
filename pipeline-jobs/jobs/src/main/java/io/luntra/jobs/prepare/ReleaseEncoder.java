package io.luntra.jobs.prepare;

import io.luntra.blob.Bytes32;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.TensorSettings;
import io.luntra.jobs.plan.PlanStore;
import io.luntra.jobs.plan.TensorPlan;
import io.luntra.jobs.plan.TensorPlans;
import io.luntra.jobs.shard.ParentBytes;
import io.luntra.modelfiles.source.TensorChunk;
import io.luntra.release.ChunkSlice;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Encodes the chunks of one release as its plan says, beside those of its parent. */
final class ReleaseEncoder implements Closeable {
  private static final byte[] PARENTS = new byte[0];

  private final ChunkEncoder encoder;
  private final PlanStore store;
  private final TensorPlans plans;
  private final ParentBytes parent;

  ReleaseEncoder(ReleaseInput release, PlanStore store, ChunkEncoder encoder) {
    this.encoder = encoder;
    this.store = store;
    this.plans = new TensorPlans(store.plan(Bytes32.fromHex(release.plan())));
    this.parent = ParentBytes.of(release.parentFiles());
  }

  byte[] encode(TensorChunk chunk) throws IOException {
    ChunkSlice slice = chunk.slice();
    Optional<TensorPlan> plan = plans.at(slice.artifact(), slice.offset());
    if (plan.isPresent() && plan.get().isParents()) {
      return PARENTS;
    }
    Bytes32 ready = plan.isPresent() ? plan.get().ready().get(slice.offset()) : null;
    if (ready != null) {
      return store.chunk(ready);
    }
    return encoder.encode(
        slice.shape(),
        chunk.data(),
        parent.read(slice.artifact(), slice.offset(), slice.length()),
        plan.map(TensorPlan::settings).orElse(TensorSettings.LOSSLESS));
  }

  @Override
  public void close() throws IOException {
    parent.close();
  }
}
