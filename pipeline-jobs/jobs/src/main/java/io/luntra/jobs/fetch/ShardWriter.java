package io.luntra.jobs.fetch;

import io.luntra.blob.BlobUnpacker;
import io.luntra.ethereum.staging.AtomicFile;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.shard.ParentBytes;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.jobs.shard.ShardDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.Path;

/** Decodes shards and writes them, with the parent's files of their releases. */
final class ShardWriter implements AutoCloseable {
  private final Map<Integer, ParentFiles> parents;
  private final ShardDecoder decoder = new ShardDecoder();
  private int release = -1;
  private ParentBytes parent = ParentBytes.of(null);

  /**
   * @param parents by the index of the release in the job
   */
  ShardWriter(Map<Integer, ParentFiles> parents) {
    this.parents = parents;
  }

  void write(ShardPlan plan, List<byte[]> blobs) throws IOException {
    if (plan.release() != release) {
      parent.close();
      parent = ParentBytes.of(parents.get(plan.release()));
      release = plan.release();
    }
    ByteBuffer decoded = ByteBuffer.allocate(Math.toIntExact(plan.decodedBytes()));
    try {
      decoder.decode(
          BlobUnpacker.unpack(blobs, plan.payloadBytes()),
          plan.chunks(),
          parent,
          (chunk, values) -> decoded.put(values));
    } catch (VerificationException e) {
      throw new VerificationException(
          "Shard %d does not decode: %s".formatted(plan.shard(), e.getMessage()), e);
    }
    AtomicFile.write(new Path(plan.target()), decoded.array());
  }

  @Override
  public void close() throws IOException {
    decoder.close();
    parent.close();
  }
}
