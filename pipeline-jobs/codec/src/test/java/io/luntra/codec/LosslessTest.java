package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class LosslessTest {
  private static final ChunkShape FP32 = new ChunkShape(DataType.FP32, 2, 384);

  @Provide
  Arbitrary<Chunks> chunks() {
    return Chunks.any();
  }

  @Property
  void decodesToTheSameBytesAndNeverExpands(@ForAll("chunks") Chunks chunk) {
    byte[] before = chunk.raw().clone();
    byte[] encoded = encode(chunk.shape(), chunk.raw());

    assertThat(encoded.length).isLessThanOrEqualTo(ChunkHeader.MAX_BYTES + chunk.raw().length);
    assertThat(decode(encoded, chunk.raw().length)).isEqualTo(before);
    assertThat(chunk.raw()).isEqualTo(before);
    assertThat(ChunkDecoder.readHeader(encoded, 0).codec().isExact()).isTrue();
  }

  @Property
  void differenceDecodesToTheSameBytesAndNeverExpands(
      @ForAll("chunks") Chunks chunk, @ForAll Difference difference, @ForAll long seed) {
    byte[] parent = chunk.raw().clone();
    difference.apply(parent, chunk.shape().dtype().bytes(), new Random(seed));
    byte[] encoded = Encoded.lossless(chunk.shape(), chunk.raw(), parent);

    assertThat(encoded.length).isLessThanOrEqualTo(encode(chunk.shape(), chunk.raw()).length);
    assertThat(Encoded.decode(encoded, parent.length, parent)).isEqualTo(chunk.raw());
    if (Arrays.equals(parent, chunk.raw())) {
      assertThat(encoded).isEmpty();
    }
  }

  /** How a parent differs from its child. */
  enum Difference {
    NONE,
    LOW_BITS,
    ONE_ELEMENT,
    ALL;

    void apply(byte[] parent, int width, Random random) {
      if (parent.length == 0) {
        return;
      }
      switch (this) {
        case NONE -> {}
        case LOW_BITS -> {
          for (int i = 0; i < parent.length; i += width) {
            parent[i] ^= (byte) random.nextInt(4);
          }
        }
        case ONE_ELEMENT -> parent[random.nextInt(parent.length)] ^= (byte) 0x81;
        case ALL -> random.nextBytes(parent);
      }
    }
  }

  @Test
  void neighbourOfTheParentCostsAFewBits() {
    byte[] parent = Chunks.weights(2, 1 << 16, 64);
    byte[] child = parent.clone();
    Random random = new Random(3);
    for (int i = 0; i < child.length; i += 4) {
      child[i] ^= (byte) random.nextInt(4);
    }
    byte[] encoded = Encoded.lossless(FP32, child, parent);
    assertThat(ChunkDecoder.readHeader(encoded, 0).codec()).isEqualTo(ChunkCodec.BITS_DELTA);
    assertThat(encoded.length).isLessThan(child.length / 10);
  }

  @Test
  void floatsThatAreHalvesTakeTwoPlanes() {
    float[] values = Chunks.floats(Chunks.weights(1, 4096, 64));
    float[] halves = new float[values.length];
    float[] brains = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      halves[i] = Math.scalb((float) Math.rint(Math.scalb(values[i], 10)), -10);
      brains[i] = Float.intBitsToFloat(bits & 0xffff0000);
    }
    assertThat(layout(FP32, Chunks.ofFloats(halves))).isEqualTo(PlaneLayout.FLOAT32_AS_FP16);
    assertThat(layout(FP32, Chunks.ofFloats(brains))).isEqualTo(PlaneLayout.FLOAT32_AS_BF16);
    assertThat(layout(FP32, Chunks.ofFloats(values))).isEqualTo(PlaneLayout.FLOAT32);
  }

  @Test
  void nanPayloadThatDoesNotFitKeepsTheWideLayout() {
    byte[] raw = new byte[4096];
    raw[4093] = 1;
    raw[4094] = (byte) 0x80;
    raw[4095] = 0x7f;
    assertThat(layout(FP32, raw)).isEqualTo(PlaneLayout.FLOAT32);
    assertThat(decode(encode(FP32, raw), raw.length)).isEqualTo(raw);
  }

  @Test
  void constantChunkIsOneElement() {
    for (DataType dtype : DataType.values()) {
      byte[] raw = new byte[(3 << 18) - (3 << 18) % dtype.bytes()];
      Arrays.fill(raw, (byte) 0xa5);
      byte[] encoded = encode(new ChunkShape(dtype, 1, 1), raw);
      // Blocks are coded by the byte.
      assertThat(encoded).hasSize(5 + (dtype.isBlocked() ? 1 : dtype.bytes()));
      assertThat(decode(encoded, raw.length)).isEqualTo(raw);
    }
  }

  @Test
  void rowsThatRepeatAreFoundInALargeChunk() {
    byte[] row = new byte[1536];
    new Random(3).nextBytes(row);
    byte[] raw = new byte[row.length * 640];
    for (int at = 0; at < raw.length; at += row.length) {
      System.arraycopy(row, 0, raw, at, row.length);
    }
    byte[] encoded = encode(FP32, raw);
    assertThat(encoded).hasSizeLessThan(raw.length / 100);
    assertThat(decode(encoded, raw.length)).isEqualTo(raw);
  }

  @Test
  void largestChunkIsTakenAndALargerOneRefused() {
    byte[] raw = new byte[ChunkHeader.MAX_RAW_LENGTH];
    raw[raw.length - 1] = 1;
    byte[] encoded = encode(ChunkShape.CONTAINER_BYTES, raw);
    assertThat(decode(encoded, raw.length)).isEqualTo(raw);
    assertThatThrownBy(() -> encode(ChunkShape.CONTAINER_BYTES, new byte[raw.length + 1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> encode(FP32, new byte[6]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static PlaneLayout layout(ChunkShape shape, byte[] raw) {
    ChunkHeader header = ChunkDecoder.readHeader(encode(shape, raw), 0);
    assertThat(header.codec()).isEqualTo(ChunkCodec.PLANES);
    return PlaneLayout.fromId(header.layout());
  }

  private static byte[] encode(ChunkShape shape, byte[] raw) {
    return Encoded.lossless(shape, raw, null);
  }

  private static byte[] decode(byte[] encoded, int rawLength) {
    return Encoded.decode(encoded, rawLength, null);
  }
}
