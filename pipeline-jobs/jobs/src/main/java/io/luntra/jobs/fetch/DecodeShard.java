package io.luntra.jobs.fetch;

import io.luntra.blob.BlobUnpacker;
import io.luntra.ethereum.source.FetchedBlob;
import io.luntra.ethereum.staging.AtomicFile;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.environment.Failures;
import io.luntra.jobs.shard.ShardDecoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.core.fs.Path;
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
  private final LongCounter fetchedBlobs = new LongCounter();
  private transient Map<Long, ShardPlan> byShard;
  private transient ShardDecoder decoder;
  private transient List<byte[]> blobs;

  DecodeShard(List<ShardPlan> plans) {
    this.plans = List.copyOf(plans);
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(FETCHED_BLOBS, fetchedBlobs);
    byShard = new HashMap<>();
    plans.forEach(plan -> byShard.put(key(plan.release(), plan.shard()), plan));
    decoder = new ShardDecoder();
    blobs = new ArrayList<>();
  }

  @Override
  public void close() {
    if (decoder != null) {
      decoder.close();
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
      Failures.withoutRestart(() -> write(plan));
      blobs.clear();
      out.collect(plan.shard());
    }
  }

  private void write(ShardPlan plan) throws Exception {
    ByteBuffer decoded = ByteBuffer.allocate(Math.toIntExact(plan.decodedBytes()));
    try {
      decoder.decode(
          BlobUnpacker.unpack(blobs, plan.payloadBytes()),
          plan.lengths(),
          (index, header, values) -> decoded.put(values));
    } catch (VerificationException e) {
      throw new VerificationException(
          "Shard %d does not decode: %s".formatted(plan.shard(), e.getMessage()), e);
    }
    AtomicFile.write(new Path(plan.target()), decoded.array());
  }

  private static long key(int release, int shard) {
    return ((long) release << 32) | shard;
  }
}
