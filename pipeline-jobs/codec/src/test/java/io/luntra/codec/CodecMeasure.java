package io.luntra.codec;

import io.luntra.codec.quantize.Quantizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints sizes and speeds on real models, one thread. */
public final class CodecMeasure {
  private CodecMeasure() {}

  /** Arguments: which of the measurements. */
  public static void main(String[] args) throws IOException {
    List<Chunks> mini = Models.cut(Models.MINI_LM);
    List<Chunks> bge = Models.cut(Models.BGE_V15);
    List<Chunks> bge1 = Models.cut(Models.BGE_V1);
    for (float step : new float[] {0.1f, 0.3f, 0.6f, 1f, 2f}) {
      grids("minilm entropy " + step, mini, null, entropy(step));
    }
    grids("minilm int8", mini, null, integer(8));
    grids("minilm int4 row", mini, null, integer(4));
    grids("bge15 entropy .35", bge, null, entropy(0.35f));
    for (float step : new float[] {0.1f, 0.3f, 1f, 2f}) {
      grids("bge delta " + step, bge, bge1, entropy(step));
    }
    grids("bge int8 delta", bge, bge1, integer(8));
    lossless("minilm lossless", mini, null);
    lossless("bge15 lossless", bge, null);
    lossless("bge15 lossless delta", bge, bge1);
  }

  private static TensorSettings entropy(float step) {
    return new TensorSettings(
        TensorSettings.Method.ENTROPY, 0, true, BlockShape.ROW, step, 0, Pruning.NONE);
  }

  private static TensorSettings integer(int bits) {
    return new TensorSettings(
        TensorSettings.Method.INTEGER, bits, true, BlockShape.ROW, 0, 0, Pruning.NONE);
  }

  private static void grids(
      String name, List<Chunks> chunks, List<Chunks> parents, TensorSettings settings) {
    List<GridChunk> grids = new ArrayList<>();
    List<byte[]> parentOf = new ArrayList<>();
    long weights = 0;
    double order0 = 0;
    for (int i = 0; i < chunks.size(); i++) {
      Chunks chunk = chunks.get(i);
      if (chunk.shape().rank() >= 2) {
        byte[] parent = parents == null ? null : parents.get(i).raw();
        GridChunk grid = Quantizer.quantize(chunk.shape(), chunk.raw(), parent, settings).get();
        grids.add(grid);
        parentOf.add(parent);
        weights += grid.levels().length;
        order0 += order0(grid.levels());
      }
    }
    long bytes = 0;
    double encode = 0;
    double decode = 0;
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      for (int round = 0; round < 4; round++) {
        bytes = 0;
        List<byte[]> encoded = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < grids.size(); i++) {
          byte[] e = encoder.encode(grids.get(i), parentOf.get(i));
          encoded.add(e);
          bytes += e.length;
        }
        encode = weights * 4e3 / (System.nanoTime() - start);
        start = System.nanoTime();
        List<byte[]> decoded = new ArrayList<>();
        for (int i = 0; i < grids.size(); i++) {
          byte[] e = encoded.get(i);
          decoded.add(
              decoder.decode(e, 0, e.length, grids.get(i).levels().length * 4, parentOf.get(i)));
        }
        decode = weights * 4e3 / (System.nanoTime() - start);
        if (round == 0) {
          for (int i = 0; i < grids.size(); i++) {
            if (!java.util.Arrays.equals(
                decoded.get(i), grids.get(i).reconstruct(parentOf.get(i)))) {
              throw new IllegalStateException("chunk " + i);
            }
          }
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-24s %.4f b/w (order 0 of levels %.4f)  encode %.0f MB/s decode %.0f MB/s%n",
        name,
        bytes * 8.0 / weights,
        order0 / weights,
        encode,
        decode);
  }

  private static double order0(int[] levels) {
    java.util.Map<Integer, Integer> counts = new java.util.HashMap<>();
    for (int level : levels) {
      counts.merge(level, 1, Integer::sum);
    }
    double bits = 0;
    for (int n : counts.values()) {
      bits -= n * Math.log((double) n / levels.length) / Math.log(2);
    }
    return bits;
  }

  private static void lossless(String name, List<Chunks> chunks, List<Chunks> parents) {
    long raw = 0;
    for (Chunks chunk : chunks) {
      raw += chunk.raw().length;
    }
    long bytes = 0;
    double encode = 0;
    double decode = 0;
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      for (int round = 0; round < 4; round++) {
        bytes = 0;
        List<byte[]> encoded = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < chunks.size(); i++) {
          byte[] e =
              encoder.encode(
                  chunks.get(i).shape(),
                  chunks.get(i).raw(),
                  parent(parents, i, chunks.get(i)),
                  TensorSettings.LOSSLESS);
          encoded.add(e);
          bytes += e.length;
        }
        encode = raw * 1e3 / (System.nanoTime() - start);
        start = System.nanoTime();
        for (int i = 0; i < chunks.size(); i++) {
          byte[] e = encoded.get(i);
          byte[] d =
              decoder.decode(
                  e, 0, e.length, chunks.get(i).raw().length, parent(parents, i, chunks.get(i)));
          if (round == 0 && !java.util.Arrays.equals(d, chunks.get(i).raw())) {
            throw new IllegalStateException("chunk " + i);
          }
        }
        decode = raw * 1e3 / (System.nanoTime() - start);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-24s %.3f %% of the file  encode %.0f MB/s decode %.0f MB/s%n",
        name,
        bytes * 100.0 / raw,
        encode,
        decode);
  }

  private static byte[] parent(List<Chunks> parents, int i, Chunks chunk) {
    if (parents == null || parents.get(i).raw().length != chunk.raw().length) {
      return null;
    }
    return parents.get(i).raw();
  }
}
