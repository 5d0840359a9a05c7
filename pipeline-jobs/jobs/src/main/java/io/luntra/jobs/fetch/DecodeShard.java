package io.luntra.jobs.fetch;

import io.luntra.ethereum.source.FetchedBlob;
import io.luntra.jobs.environment.Failures;
import io.luntra.jobs.shard.ParentFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Collects the blobs of a shard, which the source emits in order and without others between them,
 * decodes its chunks and writes them. It holds one shard at a time; emits the number of each shard
 * it wrote.
 */
final class DecodeShard extends RichFlatMapFunction<FetchedBlob, Integer> {
  private static final long serialVersionUID = 1L;
  static final String FETCHED_BLOBS = "fetchedBlobs";

  private final List<ShardPlan> plans;
  private final HashMap<Integer, ParentFiles> parents;
  private final LongCounter fetchedBlobs = new LongCounter();
  private transient Map<Long, ShardPlan> byShard;
  private transient ShardWriter writer;
  private transient List<byte[]> blobs;

  DecodeShard(List<ShardPlan> plans, Map<Integer, ParentFiles> parents) {
    this.plans = List.copyOf(plans);
    this.parents = new HashMap<>(parents);
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(FETCHED_BLOBS, fetchedBlobs);
    byShard = new HashMap<>();
    plans.forEach(plan -> byShard.put(key(plan.release(), plan.shard()), plan));
    writer = new ShardWriter(parents);
    blobs = new ArrayList<>();
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }

  @Override
  public void flatMap(FetchedBlob fetched, Collector<Integer> out) throws Exception {
    if (fetched.index() == 0) {
      blobs.clear();
    }
    if (fetched.index() != blobs.size()) {
      throw new IllegalStateException(
          "Blob %d of shard %d came out of order".formatted(fetched.index(), fetched.shard()));
    }
    blobs.add(fetched.blob());
    fetchedBlobs.add(1);
    if (blobs.size() == fetched.blobsInShard()) {
      ShardPlan plan = byShard.get(key(fetched.release(), fetched.shard()));
      Failures.withoutRestart(() -> writer.write(plan, blobs));
      blobs.clear();
      out.collect(plan.shard());
    }
  }

  private static long key(int release, int shard) {
    return ((long) release << 32) | shard;
  }
}
