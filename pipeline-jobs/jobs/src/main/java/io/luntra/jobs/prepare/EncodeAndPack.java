package io.luntra.jobs.prepare;

import io.luntra.blob.BlobPacker;
import io.luntra.codec.ChunkEncoder;
import io.luntra.jobs.environment.Failures;
import io.luntra.jobs.plan.PlanStore;
import io.luntra.modelfiles.source.TensorChunk;
import io.luntra.release.ChunkSlice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Encodes the chunks of a shard, which the source emits in order and without others between them,
 * and packs them into blobs. It holds one chunk and one blob at a time.
 */
final class EncodeAndPack extends ProcessFunction<TensorChunk, PackedBlob> {
  private static final long serialVersionUID = 1L;
  static final OutputTag<ReleasePart> SHARDS = new OutputTag<>("shards") {};
  static final String ENCODED_BYTES = "encodedInputBytes";
  static final String PACKED_BLOBS = "packedBlobs";

  private final List<ReleaseInput> releases;
  private final String stagingRoot;
  private final LongCounter inputBytes = new LongCounter();
  private final LongCounter packedBlobs = new LongCounter();
  private transient ChunkEncoder encoder;
  private transient int release;
  private transient ReleaseEncoder releaseEncoder;
  private transient OpenShard open;

  EncodeAndPack(List<ReleaseInput> releases, String stagingRoot) {
    this.releases = List.copyOf(releases);
    this.stagingRoot = stagingRoot;
  }

  @Override
  public void open(OpenContext context) {
    getRuntimeContext().addAccumulator(ENCODED_BYTES, inputBytes);
    getRuntimeContext().addAccumulator(PACKED_BLOBS, packedBlobs);
    encoder = ChunkEncoder.create();
  }

  @Override
  public void close() throws IOException {
    if (releaseEncoder != null) {
      releaseEncoder.close();
    }
    if (encoder != null) {
      encoder.close();
    }
  }

  @Override
  public void processElement(TensorChunk chunk, Context context, Collector<PackedBlob> out)
      throws Exception {
    Failures.withoutRestart(() -> encode(chunk, context, out));
  }

  private void encode(TensorChunk chunk, Context context, Collector<PackedBlob> out)
      throws IOException {
    if (chunk.index() == 0) {
      open = new OpenShard(chunk.release(), chunk.shard(), out);
    }
    if (open == null || !open.continuesWith(chunk)) {
      throw new IllegalStateException(
          "Chunk %d of shard %d of release %d came out of order"
              .formatted(chunk.index(), chunk.shard(), chunk.release()));
    }
    open.add(chunk.slice(), encoderOf(chunk.release()).encode(chunk));
    inputBytes.add(chunk.data().length);
    if (chunk.index() == chunk.chunksInShard() - 1) {
      context.output(SHARDS, open.finish());
      open = null;
    }
  }

  private ReleaseEncoder encoderOf(int index) throws IOException {
    if (releaseEncoder == null || release != index) {
      if (releaseEncoder != null) {
        releaseEncoder.close();
      }
      releaseEncoder = new ReleaseEncoder(releases.get(index), new PlanStore(stagingRoot), encoder);
      release = index;
    }
    return releaseEncoder;
  }

  /** The shard that chunks are being added to. */
  private final class OpenShard {
    private final int release;
    private final int shard;
    private final List<ChunkSlice> chunks = new ArrayList<>();
    private final List<Integer> encodedBytes = new ArrayList<>();
    private final BlobPacker packer;
    private long payloadBytes;
    private int blobs;

    OpenShard(int release, int shard, Collector<PackedBlob> out) {
      this.release = release;
      this.shard = shard;
      this.packer =
          new BlobPacker(
              blob -> {
                out.collect(new PackedBlob(release, shard, blobs++, blob));
                packedBlobs.add(1);
              });
    }

    boolean continuesWith(TensorChunk chunk) {
      return release == chunk.release() && shard == chunk.shard() && chunks.size() == chunk.index();
    }

    void add(ChunkSlice slice, byte[] encoded) {
      chunks.add(slice);
      encodedBytes.add(encoded.length);
      payloadBytes += encoded.length;
      packer.write(encoded, 0, encoded.length);
    }

    ReleasePart finish() {
      packer.flush();
      return new ReleasePart(
          release, new EncodedShard(shard, blobs, payloadBytes, chunks, encodedBytes), null);
    }
  }
}
