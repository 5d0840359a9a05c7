package io.luntra.jobs.inspect;

import io.luntra.blob.BlobPacking;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.Profile;
import io.luntra.codec.TensorSettings;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.TensorRole;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells what profiles would cost by encoding chunks with the codec itself: all of a small model,
 * and of a larger one every n-th, kind by kind.
 */
final class CostEstimate implements AutoCloseable {
  private static final List<String> PROFILES = List.of("lossless", "int8", "entropy", "int4-g32");

  /** Input that is encoded at most, for each kind of chunk. */
  private static final long SAMPLED_BYTES = 32L << 20;

  private final ChunkEncoder encoder = ChunkEncoder.create();
  private final List<Profile> profiles = PROFILES.stream().map(Profile::fromId).toList();
  private final long shards;
  private final Part matrices;
  private final Part others;

  /** Chunks of one kind: matrices, which profiles change, or all others. */
  private static final class Part {
    private final long stride;
    private final long bytes;
    private final long[] encoded;
    private long sampled;
    private long seen;

    Part(long bytes, int profiles) {
      this.bytes = bytes;
      this.stride = Math.max(1, (bytes + SAMPLED_BYTES - 1) / SAMPLED_BYTES);
      this.encoded = new long[profiles];
    }

    boolean takesNext() {
      return seen++ % stride == 0;
    }

    long estimate(int profile) {
      return sampled == 0 ? 0 : Math.round((double) encoded[profile] / sampled * bytes);
    }
  }

  CostEstimate(ModelInput model) {
    long matrixBytes = 0;
    for (ModelInput.Artifact artifact : model.artifacts()) {
      for (Section section : artifact.layout().sections()) {
        matrixBytes += isMatrix(section) ? section.length() : 0;
      }
    }
    this.shards = ShardPlanner.plan(model.layouts()).size();
    this.matrices = new Part(matrixBytes, profiles.size());
    this.others = new Part(model.inputBytes() - matrixBytes, profiles.size());
  }

  private static boolean isMatrix(Section section) {
    return section.tensor() != null && TensorSettings.isMatrix(section.tensor());
  }

  /** Takes the next chunk of a section. */
  void add(Section section, ChunkSlice slice, TensorRole role, byte[] raw) {
    Part part = isMatrix(section) ? matrices : others;
    if (!part.takesNext()) {
      return;
    }
    part.sampled += raw.length;
    ChunkShape shape = slice.shape();
    for (int i = 0; i < profiles.size(); i++) {
      TensorSettings settings =
          TensorSettings.of(profiles.get(i), shape.dtype(), shape.rank(), role);
      part.encoded[i] += encoder.encode(shape, raw, null, settings).length;
    }
  }

  /** One of each profile. */
  List<Inspection.Cost> costs() {
    List<Inspection.Cost> costs = new ArrayList<>();
    long bytes = matrices.bytes + others.bytes;
    double share = bytes == 0 ? 1 : (double) (matrices.sampled + others.sampled) / bytes;
    for (int i = 0; i < profiles.size(); i++) {
      long encoded = matrices.estimate(i) + others.estimate(i);
      // Shards begin in blobs of their own: half of one is lost in each.
      long blobs = (encoded + BlobPacking.PAYLOAD_BYTES - 1) / BlobPacking.PAYLOAD_BYTES;
      costs.add(new Inspection.Cost(PROFILES.get(i), encoded, blobs + shards / 2, share));
    }
    return costs;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
