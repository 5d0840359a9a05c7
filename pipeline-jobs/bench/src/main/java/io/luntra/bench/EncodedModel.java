package io.luntra.bench;

import io.luntra.codec.ChunkDecoder;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.Profile;
import io.luntra.codec.Pruning;
import io.luntra.codec.TensorSettings;
import io.luntra.codec.quantize.MagnitudeHistogram;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A model as chunks, in the order of its file; an empty one is the parent's. */
final class EncodedModel {
  private final BenchModel model;
  private final List<byte[]> parent;
  private final List<byte[]> chunks;

  private EncodedModel(BenchModel model, List<byte[]> parent, List<byte[]> chunks) {
    this.model = model;
    this.parent = parent;
    this.chunks = chunks;
  }

  /**
   * Encodes a model with the settings of a profile, on one thread.
   *
   * @param parent rebuilt chunks of a model of the same layout, or null
   * @param pruned share of each product's weights that is set to 0
   * @param ready chunks of tensors that were encoded elsewhere, by name
   */
  static EncodedModel of(
      BenchModel model,
      List<byte[]> parent,
      Profile profile,
      double pruned,
      Map<String, List<byte[]>> ready) {
    List<byte[]> chunks = new ArrayList<>();
    try (ChunkEncoder encoder = ChunkEncoder.create()) {
      for (Section section : model.layout().sections()) {
        TensorInfo info = section.tensor();
        if (info != null && ready.containsKey(info.name())) {
          chunks.addAll(ready.get(info.name()));
          continue;
        }
        TensorSettings settings = settings(model, profile, pruned, section);
        for (ChunkSlice slice : ShardPlanner.slices(0, section)) {
          byte[] raw = model.chunks().get(chunks.size());
          byte[] before = parent == null ? null : parent.get(chunks.size());
          boolean same = Arrays.equals(raw, before);
          chunks.add(same ? new byte[0] : encoder.encode(slice.shape(), raw, before, settings));
        }
      }
    }
    return new EncodedModel(model, parent, chunks);
  }

  /** What a profile means for a tensor. */
  static TensorSettings settings(
      BenchModel model, Profile profile, double pruned, Section section) {
    TensorInfo info = section.tensor();
    if (info == null) {
      return TensorSettings.LOSSLESS;
    }
    TensorRole role = model.roles().getOrDefault(info.name(), TensorRole.OTHER);
    TensorSettings settings = TensorSettings.of(profile, info.dtype(), info.shape().size(), role);
    boolean product = role == TensorRole.INPUT_ROWS || role == TensorRole.OUTPUT_ROWS;
    if (pruned == 0 || !product) {
      return settings;
    }
    MagnitudeHistogram magnitudes = new MagnitudeHistogram();
    magnitudes.add(Arrays.copyOfRange(model.bytes(), (int) section.offset(), (int) section.end()));
    return settings.withPruning(Pruning.below(magnitudes.threshold(pruned)));
  }

  /** Takes the values of a chunk. */
  @FunctionalInterface
  private interface Chunks {
    void accept(ChunkSlice slice, byte[] values);
  }

  private void decode(Chunks consumer) {
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      for (int i = 0; i < chunks.size(); i++) {
        ChunkSlice slice = model.slices().get(i);
        byte[] before = parent == null ? null : parent.get(i);
        byte[] encoded = chunks.get(i);
        consumer.accept(
            slice,
            encoded.length == 0
                ? before
                : decoder.decode(encoded, 0, encoded.length, slice.length(), before));
      }
    }
  }

  /** Decodes every chunk, on one thread; gives how many bytes came out. */
  long decode() {
    long[] bytes = {0};
    decode((slice, values) -> bytes[0] += values.length);
    return bytes[0];
  }

  /** The file that comes out. */
  byte[] rebuilt() {
    byte[] rebuilt = new byte[model.bytes().length];
    decode(
        (slice, values) ->
            System.arraycopy(values, 0, rebuilt, (int) slice.offset(), values.length));
    return rebuilt;
  }

  /** Bytes of all chunks. */
  long bytes() {
    return chunks.stream().mapToLong(chunk -> chunk.length).sum();
  }

  /** Bits of the float matrices' chunks per element. */
  double bitsPerWeight() {
    long bits = 0;
    int next = 0;
    for (Section section : model.layout().sections()) {
      int count = ShardPlanner.slices(0, section).size();
      for (byte[] chunk : chunks.subList(next, next + count)) {
        bits += BenchModel.isMatrix(section) ? chunk.length * 8L : 0;
      }
      next += count;
    }
    return (double) bits / model.weights();
  }
}
