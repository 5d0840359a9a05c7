package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class Int8Test {
  private static final ChunkShape ROWS_OF_4 = new ChunkShape(DataType.FP32, 2, 4);

  @Provide
  Arbitrary<Chunks> chunks() {
    return Chunks.any();
  }

  @Property
  void decodesToTheDeclaredReconstruction(@ForAll("chunks") Chunks chunk) {
    byte[] encoded = encode(chunk.shape(), chunk.raw());
    byte[] decoded = decode(encoded, chunk.raw().length);

    assertThat(encoded.length).isLessThanOrEqualTo(ChunkHeader.BYTES + chunk.raw().length);
    if (ChunkDecoder.readHeader(encoded, 0).codec() == ChunkCodec.INT8_ROWS) {
      assertThat(decoded).isEqualTo(naive(chunk.raw(), chunk.shape().rowElements()));
    } else {
      assertThat(decoded).isEqualTo(chunk.raw());
    }
  }

  @Property(tries = 300)
  void finiteWeightsAreOnTheGridAndNearby(@ForAll long seed) {
    int rowElements = 48;
    byte[] raw = Chunks.weights(seed, 480, rowElements);
    byte[] encoded = encode(new ChunkShape(DataType.FP32, 2, rowElements), raw);
    assertThat(ChunkDecoder.readHeader(encoded, 0).codec()).isEqualTo(ChunkCodec.INT8_ROWS);

    float[] values = Chunks.floats(raw);
    float[] decoded = Chunks.floats(decode(encoded, raw.length));
    for (int start = 0; start < values.length; start += rowElements) {
      double largest = 0;
      for (int i = start; i < start + rowElements; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      // A bfloat16 scale is at most 1/128 above the exact one; half a step is the error.
      double bound = largest / 127 * (1 + 1 / 128.0) / 2 * (1 + 1e-6);
      for (int i = start; i < start + rowElements; i++) {
        assertThat(Math.abs((double) values[i] - decoded[i])).isLessThanOrEqualTo(bound);
      }
    }
  }

  @Test
  void onlyMatricesOfFp32AreQuantized() {
    byte[] raw = Chunks.weights(3, 4096, 64);
    assertThat(codec(new ChunkShape(DataType.FP32, 2, 64), raw)).isEqualTo(ChunkCodec.INT8_ROWS);
    assertThat(codec(new ChunkShape(DataType.FP32, 3, 64), raw)).isEqualTo(ChunkCodec.INT8_ROWS);
    assertThat(codec(new ChunkShape(DataType.FP32, 1, 1), raw)).isEqualTo(ChunkCodec.PLANES);
    assertThat(codec(new ChunkShape(DataType.FP32, 0, 1), raw)).isEqualTo(ChunkCodec.PLANES);
    for (DataType dtype : DataType.values()) {
      if (dtype != DataType.FP32) {
        assertThat(codec(new ChunkShape(dtype, 2, 64), raw)).isNotEqualTo(ChunkCodec.INT8_ROWS);
      }
    }
  }

  @Test
  void nonFiniteAndOverflowingChunksAreKeptExactly() {
    for (float odd :
        new float[] {
          Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE
        }) {
      float[] values = Chunks.floats(Chunks.weights(4, 4096, 64));
      values[4095] = odd;
      byte[] raw = Chunks.ofFloats(values);
      byte[] encoded = encode(new ChunkShape(DataType.FP32, 2, 64), raw);
      assertThat(ChunkDecoder.readHeader(encoded, 0).codec()).isEqualTo(ChunkCodec.PLANES);
      assertThat(decode(encoded, raw.length)).isEqualTo(raw);
    }
  }

  @Test
  void zeroRowsAreExactZerosAndTheLastRowMayBeShort() {
    float[] values = new float[134];
    for (int i = 4; i < values.length; i++) {
      values[i] = i / 4 % 2 == 0 ? 0 : i - 65;
    }
    byte[] raw = Chunks.ofFloats(values);
    byte[] encoded = encode(ROWS_OF_4, raw);
    assertThat(ChunkDecoder.readHeader(encoded, 0).codec()).isEqualTo(ChunkCodec.INT8_ROWS);
    float[] decoded = Chunks.floats(decode(encoded, raw.length));
    for (int i = 0; i < values.length; i++) {
      if (values[i] == 0) {
        assertThat(Float.floatToRawIntBits(decoded[i])).isZero();
      }
    }
    assertThat(decoded[133]).isEqualTo(68f, within(0.3f));
  }

  @Test
  void ruleOfTheScaleAndOfTiesIsThatOfTheFormat() {
    // Largest value 127 makes the scale 1: what is left is rounding to the nearest, ties to even.
    float[] row = {127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 0.50001f, -127, 126.5f, 3, 0};
    float[] expected = {127, 0, 2, 2, 0, -2, -2, 1, -127, 126, 3, 0};
    float[] many = new float[row.length * 20];
    float[] manyExpected = new float[many.length];
    for (int i = 0; i < many.length; i++) {
      many[i] = row[i % row.length];
      manyExpected[i] = expected[i % row.length];
    }
    byte[] raw = Chunks.ofFloats(many);
    byte[] encoded = encode(new ChunkShape(DataType.FP32, 2, row.length), raw);
    assertThat(ChunkDecoder.readHeader(encoded, 0).codec()).isEqualTo(ChunkCodec.INT8_ROWS);
    assertThat(Chunks.floats(decode(encoded, raw.length))).isEqualTo(manyExpected);
  }

  @Property(tries = 5_000)
  void scaleIsTheSmallestThatClipsNothing(@ForAll int bits) {
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x7f800000 || magnitude == 0) {
      return;
    }
    double largest = Float.intBitsToFloat(magnitude);
    int scale = Int8Rows.scaleFor(magnitude);
    assertThat(127.0 * Float.intBitsToFloat(scale << 16)).isGreaterThanOrEqualTo(largest);
    assertThat(127.0 * Float.intBitsToFloat((scale - 1) << 16)).isLessThan(largest);
  }

  /** FORMAT.md, done slowly: a search for the scale, doubles for the quotient. */
  private static byte[] naive(byte[] raw, int rowElements) {
    float[] values = Chunks.floats(raw);
    float[] result = new float[values.length];
    for (long start = 0; start < values.length; start += rowElements) {
      int end = (int) Math.min(values.length, start + rowElements);
      double largest = 0;
      for (int i = (int) start; i < end; i++) {
        largest = Math.max(largest, Math.abs((double) values[i]));
      }
      float scale = smallestScale(largest);
      for (int i = (int) start; i < end; i++) {
        float quotient = scale == 0 ? 0 : (float) ((double) values[i] / scale);
        result[i] = (float) ((int) Math.rint((double) quotient) * (double) scale);
      }
    }
    return Chunks.ofFloats(result);
  }

  private static float smallestScale(double largest) {
    int low = 0;
    int high = 0x7f7f;
    while (low < high) {
      int middle = (low + high) / 2;
      if (127.0 * Float.intBitsToFloat(middle << 16) >= largest) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Float.intBitsToFloat(low << 16);
  }

  private static ChunkCodec codec(ChunkShape shape, byte[] raw) {
    return ChunkDecoder.readHeader(encode(shape, raw), 0).codec();
  }

  private static byte[] encode(ChunkShape shape, byte[] raw) {
    try (ChunkEncoder encoder = ChunkEncoder.forProfile(Profile.INT8)) {
      return encoder.encode(shape, raw);
    }
  }

  private static byte[] decode(byte[] encoded, int rawLength) {
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      return decoder.decode(encoded, 0, encoded.length, rawLength);
    }
  }
}
