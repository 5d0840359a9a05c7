package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.tensor.ChunkShape;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sizes on all-MiniLM-L6-v2, 90 MB of FP32 ONNX. */
final class MiniLmTest {
  private static List<Chunks> chunks;
  private static long fileBytes;

  @BeforeAll
  static void load() throws IOException {
    try (InputStream in = MiniLmTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
      byte[] file = in.readAllBytes();
      fileBytes = file.length;
      chunks = OnnxFloats.cut(file);
    }
    assertThat(chunks.stream().mapToLong(chunk -> chunk.raw().length).sum()).isEqualTo(fileBytes);
  }

  @Test
  void int8TakesAtMost740HundredthsOfABitPerWeight() {
    long weights = 0;
    long weightBytes = 0;
    long allBytes = 0;
    double signal = 0;
    double noise = 0;
    try (ChunkEncoder encoder = ChunkEncoder.forProfile(Profile.INT8);
        ChunkDecoder decoder = ChunkDecoder.create()) {
      for (Chunks chunk : chunks) {
        byte[] raw = chunk.raw();
        byte[] encoded = encoder.encode(chunk.shape(), raw);
        byte[] decoded = decoder.decode(encoded, 0, encoded.length, raw.length);
        allBytes += encoded.length;
        if (chunk.shape().rank() >= 2) {
          weights += raw.length / Float.BYTES;
          weightBytes += encoded.length;
          float[] before = Chunks.floats(raw);
          float[] after = Chunks.floats(decoded);
          for (int i = 0; i < before.length; i++) {
            signal += (double) before[i] * before[i];
            noise += ((double) before[i] - after[i]) * ((double) before[i] - after[i]);
          }
        } else {
          assertThat(decoded).isEqualTo(raw);
        }
      }
    }
    assertThat(weights).isBetween(22_500_000L, 22_800_000L);
    assertThat(weightBytes * 8.0 / weights).isLessThanOrEqualTo(7.40);
    assertThat((double) allBytes / fileBytes).isLessThanOrEqualTo(0.24);
    assertThat(10 * Math.log10(signal / noise)).isGreaterThan(41);
  }

  @Test
  void losslessTakesAtMost845ThousandthsOfTheFile() {
    long allBytes = 0;
    try (ChunkEncoder encoder = ChunkEncoder.forProfile(Profile.LOSSLESS);
        ChunkDecoder decoder = ChunkDecoder.create()) {
      for (Chunks chunk : chunks) {
        byte[] raw = chunk.raw();
        byte[] encoded = encoder.encode(chunk.shape(), raw);
        assertThat(decoder.decode(encoded, 0, encoded.length, raw.length)).isEqualTo(raw);
        allBytes += encoded.length;
      }
    }
    assertThat((double) allBytes / fileBytes).isLessThanOrEqualTo(0.845);
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
