package io.luntra.codec;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Tensor chunks for tests. */
record Chunks(ChunkShape shape, byte[] raw) {
  private static final int[] SPECIAL_BITS = {
    0,
    0x80000000,
    1,
    0x80000001,
    0x007fffff,
    0x00800000,
    0x7f7fffff,
    0xff7fffff,
    0x7f800000,
    0xff800000,
    0x7fc00000,
    0x7f800001,
    0xffc12345,
    0x7fffe000,
    0x7fff0000,
    0x3f800000,
    0x477fe000,
    0x33800000
  };

  static byte[] ofFloats(float... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return raw.array();
  }

  static float[] floats(byte[] raw) {
    float[] values = new float[raw.length / 4];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** Normally distributed weights, each row with a magnitude of its own. */
  static byte[] weights(long seed, int elements, int rowElements) {
    Random random = new Random(seed);
    float[] values = new float[elements];
    double sigma = 0;
    for (int i = 0; i < elements; i++) {
      if (i % rowElements == 0) {
        sigma = Math.scalb(0.05, random.nextInt(8) - 4);
      }
      values[i] = (float) (random.nextGaussian() * sigma);
    }
    return ofFloats(values);
  }

  static Arbitrary<Chunks> any() {
    Arbitrary<Integer> rank = Arbitraries.integers().between(0, 4);
    Arbitrary<Integer> row = Arbitraries.of(1, 2, 3, 7, 64, 384, 5000, Integer.MAX_VALUE);
    Arbitrary<Integer> elements =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.of(0, 1, 2, 3)),
            Tuple.of(8, Arbitraries.integers().between(0, 600)),
            Tuple.of(1, Arbitraries.integers().between(0, 70_000)));
    Arbitrary<Fill> fill = Arbitraries.of(Fill.values());
    Arbitrary<Long> seed = Arbitraries.longs();
    return Combinators.combine(Arbitraries.of(DataType.class), rank, row, elements, fill, seed)
        .as((dtype, r, rows, n, kind, s) -> of(new ChunkShape(dtype, r, rows), n, kind, s));
  }

  private static Chunks of(ChunkShape shape, int elements, Fill fill, long seed) {
    byte[] raw = new byte[elements * shape.dtype().bytes()];
    fill.into(raw, new Random(seed));
    return new Chunks(shape, raw);
  }

  @Override
  public String toString() {
    return shape + " " + raw.length + " bytes " + Arrays.hashCode(raw);
  }

  private enum Fill {
    ZERO,
    RANDOM_BITS,
    FEW_VALUES,
    WEIGHTS,
    WEIGHTS_AND_ZERO_ROWS,
    HALVES,
    BRAIN_FLOATS,
    SPECIAL,
    SUBNORMAL,
    HUGE;

    void into(byte[] raw, Random random) {
      ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
      switch (this) {
        case ZERO -> {}
        case RANDOM_BITS -> random.nextBytes(raw);
        case FEW_VALUES -> {
          for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) (random.nextInt(4) * random.nextInt(2));
          }
        }
        default -> {
          while (buffer.remaining() >= 4) {
            buffer.putInt(bits(random, buffer.position()));
          }
        }
      }
    }

    private int bits(Random random, int position) {
      return switch (this) {
        case WEIGHTS -> Float.floatToRawIntBits((float) random.nextGaussian());
        case WEIGHTS_AND_ZERO_ROWS ->
            (position & 1024) == 0 ? 0 : Float.floatToRawIntBits((float) random.nextGaussian());
        case HALVES -> HalfFloat.toFloatBits(random.nextInt(1 << 16));
        case BRAIN_FLOATS -> random.nextInt() & 0xffff0000;
        case SPECIAL -> SPECIAL_BITS[random.nextInt(SPECIAL_BITS.length)];
        case SUBNORMAL -> random.nextInt() & 0x807fffff;
        case HUGE -> 0x7f7f0000 | random.nextInt(1 << 16) | (random.nextInt() & 0x80000000);
        default -> throw new IllegalStateException(name());
      };
    }
  }
}
