package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.codec.quantize.Quantizer;
import io.luntra.tensor.ChunkShape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sizes on all-MiniLM-L6-v2, 90 MB of FP32 ONNX. */
final class MiniLmTest {
  private static List<Chunks> chunks;
  private static long fileBytes;

  @BeforeAll
  static void load() throws IOException {
    chunks = Models.cut(Models.MINI_LM);
    fileBytes = chunks.stream().mapToLong(chunk -> chunk.raw().length).sum();
  }

  @Test
  void int8TakesAtMost735HundredthsOfABitPerWeight() {
    TensorSettings settings =
        new TensorSettings(
            TensorSettings.Method.INTEGER, 8, true, BlockShape.ROW, 0, 0, Pruning.NONE);
    assertThat(bitsPerWeight(settings)).isLessThanOrEqualTo(7.35);
  }

  @Test
  void threeTenthsOfSigmaPerRowTakeLessThanOrder0() {
    TensorSettings settings =
        new TensorSettings(
            TensorSettings.Method.ENTROPY, 0, true, BlockShape.ROW, 0.3f, 0, Pruning.NONE);
    assertThat(bitsPerWeight(settings)).isLessThanOrEqualTo(3.83);
  }

  private static double bitsPerWeight(TensorSettings settings) {
    long weights = 0;
    long bytes = 0;
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      for (Chunks chunk : chunks) {
        if (chunk.shape().rank() < 2) {
          continue;
        }
        GridChunk grid =
            Quantizer.quantize(chunk.shape(), chunk.raw(), null, settings).orElseThrow();
        byte[] encoded = encoder.encode(grid, null);
        assertThat(decoder.decode(encoded, 0, encoded.length, chunk.raw().length, null))
            .isEqualTo(grid.reconstruct(null));
        weights += grid.levels().length;
        bytes += encoded.length;
      }
    }
    assertThat(weights).isBetween(22_500_000L, 22_800_000L);
    return bytes * 8.0 / weights;
  }

  @Test
  void losslessTakesAtMost819ThousandthsOfTheFile() {
    long allBytes = 0;
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      for (Chunks chunk : chunks) {
        byte[] raw = chunk.raw();
        byte[] encoded = encoder.encode(chunk.shape(), raw, null, TensorSettings.LOSSLESS);
        assertThat(decoder.decode(encoded, 0, encoded.length, raw.length, null)).isEqualTo(raw);
        allBytes += encoded.length;
      }
    }
    assertThat((double) allBytes / fileBytes).isLessThanOrEqualTo(0.819);
  }

  @Test
  void graphIsAmongTheContainerBytes() {
    long graph =
        chunks.stream()
            .filter(chunk -> chunk.shape().equals(ChunkShape.CONTAINER_BYTES))
            .mapToLong(chunk -> chunk.raw().length)
            .sum();
    assertThat(graph).isBetween(50_000L, 500_000L);
  }
}
