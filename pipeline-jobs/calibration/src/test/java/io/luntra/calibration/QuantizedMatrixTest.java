package io.luntra.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.codec.ChunkDecoder;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.Profile;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What calibration says a decoder will give is what it gives, over several chunks. */
final class QuantizedMatrixTest {
  private static final int OUTER = 1200;
  private static final int INNER = 300;

  private static Matrix matrix(boolean transposed) {
    TensorInfo info = new TensorInfo("m", DataType.FP32, List.of((long) OUTER, (long) INNER));
    Section section = new Section(40, info.bytes(), info);
    List<ChunkSlice> slices = ShardPlanner.slices(0, section);
    assertThat(slices).hasSizeGreaterThan(1);
    return new Matrix(
        "m",
        transposed ? TensorRole.OUTPUT_ROWS : TensorRole.EMBEDDING,
        transposed ? INNER : OUTER,
        transposed ? OUTER : INNER,
        transposed,
        null,
        null,
        null,
        section,
        slices);
  }

  @ParameterizedTest
  @CsvSource({
    "entropy, false, false",
    "entropy, true, false",
    "entropy, false, true",
    "entropy, true, true",
    "int4, false, false",
    "int4-g100, false, true",
    "int8-row, false, false"
  })
  void decodesToWhatWasDeclared(String profile, boolean transposed, boolean difference) {
    Random random = new Random(5);
    float[] stored = new float[OUTER * INNER];
    float[] base = new float[stored.length];
    for (int i = 0; i < stored.length; i++) {
      base[i] = (float) random.nextGaussian();
      stored[i] = (float) (base[i] + (i % 7 == 0 ? random.nextGaussian() : 0));
    }
    float[] wanted = stored.clone();
    if (difference) {
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] -= base[i];
      }
    }
    Matrix matrix = matrix(transposed);
    QuantizedMatrix quantized =
        new Recipe(Profile.fromId(profile), 0.1, Sparsity.NONE, Map.of())
            .quantize(matrix, matrix.oriented(wanted), 0.1, difference);
    float[] rebuilt = new float[stored.length];
    List<byte[]> chunks;
    try (ChunkEncoder encoder = ChunkEncoder.create()) {
      chunks = quantized.encode(encoder, base, rebuilt);
    }

    ByteArrayOutputStream decoded = new ByteArrayOutputStream();
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      for (int i = 0; i < chunks.size(); i++) {
        ChunkSlice slice = matrix.slices().get(i);
        int from = (int) (slice.offset() - matrix.section().offset());
        byte[] parent = Arrays.copyOfRange(bytes(base), from, from + slice.length());
        byte[] chunk = chunks.get(i);
        decoded.writeBytes(decoder.decode(chunk, 0, chunk.length, slice.length(), parent));
      }
    }
    assertThat(decoded.toByteArray()).isEqualTo(bytes(rebuilt));
    double error = 0;
    for (int i = 0; i < rebuilt.length; i++) {
      double lost = rebuilt[i] - (difference ? base[i] + wanted[i] : wanted[i]);
      error += lost * lost / rebuilt.length;
    }
    assertThat(Math.sqrt(error)).isLessThan(0.2);
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }
}
