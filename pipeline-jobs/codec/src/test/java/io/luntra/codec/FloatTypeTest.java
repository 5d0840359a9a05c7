package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.TensorRole;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tensors of 16 bits on grids. */
final class FloatTypeTest {
  private static final int ROW = 96;

  private static short narrow(FloatType type, int bits) {
    byte[] floats = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bits).array();
    byte[] raw = new byte[2];
    type.narrow(floats, raw);
    return ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getShort();
  }

  private static double value(FloatType type, int pattern) {
    byte[] raw =
        ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN).putShort((short) pattern).array();
    return Chunks.floats(type.widen(raw))[0];
  }

  private static int infinity(FloatType type) {
    return type == FloatType.FP16 ? 0x7c00 : 0x7f80;
  }

  @ParameterizedTest
  @EnumSource(names = {"FP16", "BF16"})
  void everyPatternComesBack(FloatType type) {
    ByteBuffer all = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);
    for (int pattern = 0; pattern < 1 << 16; pattern++) {
      all.putShort((short) pattern);
    }
    byte[] back = new byte[all.capacity()];
    type.narrow(type.widen(all.array()), back);
    assertThat(back).isEqualTo(all.array());
  }

  @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
  void theNearestIsTaken(@ForAll float value, @ForAll boolean half) {
    FloatType type = half ? FloatType.FP16 : FloatType.BF16;
    int found = narrow(type, Float.floatToRawIntBits(value)) & 0xffff;
    if (!Float.isFinite(value)) {
      assertThat(value(type, found)).isEqualTo(value);
      return;
    }
    int magnitude = found & 0x7fff;
    assertThat(magnitude).isLessThan(infinity(type));
    double error = Math.abs(value(type, magnitude) - Math.abs((double) value));
    for (int next : new int[] {magnitude - 1, magnitude + 1}) {
      if (next >= 0 && next < infinity(type)) {
        double other = Math.abs(value(type, next) - Math.abs((double) value));
        assertThat(error).isLessThanOrEqualTo(other);
        if (error == other && Math.abs(value) < value(type, infinity(type) - 1)) {
          assertThat(magnitude & 1).isZero();
        }
      }
    }
    assertThat(found >>> 15).isEqualTo(Float.floatToRawIntBits(value) >>> 31);
  }

  @Property(tries = 2_000, shrinking = ShrinkingMode.OFF)
  void nearHalvesTheNearestIsTaken(@ForAll short pattern, @ForAll byte near) {
    int bits = HalfFloat.toFloatBits(pattern & 0x7fff) + (near << 6);
    float value = Float.intBitsToFloat(bits);
    if (Float.isFinite(value) && bits >= 0) {
      theNearestIsTaken(value, true);
    }
  }

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void aMatrixOf16BitsComesBackWithinItsGrid(
      @ForAll long seed, @ForAll boolean half, @ForAll boolean withParent) {
    FloatType type = half ? FloatType.FP16 : FloatType.BF16;
    byte[] raw = new byte[40 * ROW * 2];
    type.narrow(Chunks.weights(seed, 40 * ROW, ROW), raw);
    byte[] parent = null;
    if (withParent) {
      float[] values = Chunks.floats(type.widen(raw));
      Random random = new Random(seed);
      for (int i = 0; i < values.length; i++) {
        values[i] *= (float) (1 + 0.01 * random.nextGaussian());
      }
      parent = new byte[raw.length];
      type.narrow(Chunks.ofFloats(values), parent);
    }
    ChunkShape shape = new ChunkShape(type.dataType(), 2, ROW);
    TensorSettings settings =
        TensorSettings.of(Profile.INT8, type.dataType(), 2, TensorRole.OUTPUT_ROWS);
    byte[] encoded = Encoded.encode(shape, raw, parent, settings);
    int exact = Encoded.lossless(shape, raw, parent).length;
    assertThat(encoded.length).isLessThanOrEqualTo(withParent ? exact : (int) (0.8 * exact));
    float[] wanted = Chunks.floats(type.widen(raw));
    float[] found = Chunks.floats(type.widen(Encoded.decode(encoded, raw.length, parent)));
    double ulp = half ? 0x1p-11 : 0x1p-8;
    for (int row = 0; row < 40; row++) {
      double most = 0;
      for (int i = row * ROW; i < (row + 1) * ROW; i++) {
        most = Math.max(most, Math.abs(wanted[i]));
      }
      for (int i = row * ROW; i < (row + 1) * ROW; i++) {
        assertThat((double) Math.abs(wanted[i] - found[i]))
            .isLessThanOrEqualTo(most / 127 + ulp * Math.abs(wanted[i]) * 1.01);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoNumberKeepsTheChunk(FloatType type) {
    byte[] raw = new byte[type.width() * ROW * 4];
    float[] values = Chunks.floats(Chunks.weights(5, ROW * 4, ROW));
    values[7] = Float.NEGATIVE_INFINITY;
    type.narrow(Chunks.ofFloats(values), raw);
    ChunkShape shape = new ChunkShape(type.dataType(), 2, ROW);
    TensorSettings settings = TensorSettings.of(Profile.INT4, type.dataType(), 2, TensorRole.OTHER);
    assertThat(Encoded.decode(Encoded.encode(shape, raw, null, settings), raw.length, null))
        .isEqualTo(raw);
  }
}
