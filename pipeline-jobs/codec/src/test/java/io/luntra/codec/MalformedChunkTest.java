package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.luntra.failure.VerificationException;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class MalformedChunkTest {
  private static final ChunkShape MATRIX = new ChunkShape(DataType.FP32, 2, 64);
  private static final byte[] WEIGHTS = Chunks.weights(9, 2048, 64);

  @Provide
  Arbitrary<Chunks> chunks() {
    return Chunks.any();
  }

  @Property(tries = 3_000)
  void mutationIsRefusedOrGivesTheExpectedLength(
      @ForAll("chunks") Chunks chunk,
      @ForAll Profile profile,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int changes) {
    byte[] encoded = encode(profile, chunk.shape(), chunk.raw());
    Random random = new Random(seed);
    for (int i = 0; i < changes; i++) {
      int reach = random.nextBoolean() ? encoded.length : Math.min(encoded.length, 48);
      encoded[random.nextInt(reach)] = (byte) random.nextInt();
    }
    decodesOrIsRefused(encoded, encoded.length, chunk.raw().length);
  }

  @Property(tries = 300)
  void truncationIsRefused(
      @ForAll("chunks") Chunks chunk, @ForAll Profile profile, @ForAll long seed) {
    byte[] encoded = encode(profile, chunk.shape(), chunk.raw());
    int length = (int) Math.floorMod(seed, (long) encoded.length);
    byte[] truncated = Arrays.copyOf(encoded, length);
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThatThrownBy(() -> decoder.decode(truncated, 0, length, chunk.raw().length))
          .isInstanceOf(MalformedChunkException.class);
      assertThatThrownBy(() -> decoder.decode(encoded, 0, length, chunk.raw().length))
          .isInstanceOf(MalformedChunkException.class);
    }
  }

  @Property(tries = 2_000)
  void anyBytesAreRefusedOrGiveTheExpectedLength(
      @ForAll byte[] bytes, @ForAll @IntRange(max = 1000) int rawLength) {
    decodesOrIsRefused(bytes, bytes.length, rawLength);
  }

  @Test
  void everyBodyCutShortIsRefusedEvenIfTheHeaderAgrees() {
    for (Profile profile : Profile.values()) {
      byte[] encoded = encode(profile, MATRIX, WEIGHTS);
      for (int length = ChunkHeader.BYTES; length < encoded.length; length += 7) {
        byte[] truncated = Arrays.copyOf(encoded, length);
        little(truncated).putInt(8, length - ChunkHeader.BYTES);
        try (ChunkDecoder decoder = ChunkDecoder.create()) {
          int rawLength = WEIGHTS.length;
          assertThatThrownBy(() -> decoder.decode(truncated, 0, truncated.length, rawLength))
              .isInstanceOf(MalformedChunkException.class);
        }
      }
    }
  }

  @Test
  void everyHeaderFieldIsChecked() {
    byte[] encoded = encode(Profile.INT8, MATRIX, WEIGHTS);
    refuses(encoded, 0, 2, 0, "format version 2, expected 1");
    refuses(encoded, 1, 200, 1, "unknown codec 200");
    refuses(encoded, 2, 1, 2, "INT8_ROWS with layout 1");
    refuses(encoded, 3, 1, 3, "reserved byte is not 0");
    refuses(encoded, 7, 0xff, 4, "at most 16777216");
    refuses(encoded, 4, 4, 0, "8196 bytes decoded, expected 8192");
    refuses(encoded, 11, 0x80, 8, "for a chunk of 8192 bytes");
    refuses(encoded, 15, 0x80, 12, "rows of 2147483712 elements");
    refuses(encoded, 12, 0, 12, "rows of 0 elements");
    refuses(encoded, 12, 63, ChunkHeader.BYTES, "plane 0 of 33 bytes");
  }

  @Test
  void planesMustFillTheBodyExactly() {
    byte[] encoded = encode(Profile.INT8, MATRIX, WEIGHTS);
    byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
    little(longer).putInt(8, longer.length - ChunkHeader.BYTES);
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThatThrownBy(() -> decoder.decode(longer, 0, longer.length, WEIGHTS.length))
          .isInstanceOf(MalformedChunkException.class)
          .hasMessageContaining("1 bytes after the last plane");
    }
  }

  @Test
  void frameThatDecodesToMoreThanThePlaneIsRefused() {
    byte[] bomb = Zstd.compress(new byte[64 << 20]);
    int rawLength = 1 << 20;
    byte[] encoded = new byte[ChunkHeader.BYTES + 4 + bomb.length];
    new ChunkHeader(ChunkCodec.PLANES, 0, rawLength, 4 + bomb.length, 0).write(encoded, 0);
    little(encoded).putInt(ChunkHeader.BYTES, (1 << 28) | bomb.length);
    System.arraycopy(bomb, 0, encoded, ChunkHeader.BYTES + 4, bomb.length);
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThatThrownBy(() -> decoder.decode(encoded, 0, encoded.length, rawLength))
          .isInstanceOf(MalformedChunkException.class)
          .hasMessageContaining("zstd")
          .hasCauseInstanceOf(com.github.luben.zstd.ZstdException.class);
    }
  }

  @Test
  void scaleMustBeFiniteAndPositive() {
    byte[] raw = Chunks.ofFloats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    byte[] encoded = encode(Profile.INT8, new ChunkShape(DataType.FP32, 2, 16), raw);
    int scaleHigh = ChunkHeader.BYTES + 12;
    byte[] infinite = encoded.clone();
    infinite[scaleHigh] = (byte) 0xff;
    byte[] negative = encoded.clone();
    negative[scaleHigh + 1] |= 1;
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThat(decoder.decode(encoded, 0, encoded.length, raw.length)).hasSize(raw.length);
      for (byte[] bad : new byte[][] {infinite, negative}) {
        assertThatThrownBy(() -> decoder.decode(bad, 0, bad.length, raw.length))
            .isInstanceOf(MalformedChunkException.class)
            .hasMessageContaining("scale of row 0");
      }
    }
  }

  @Test
  void decoderIsGoodAfterARefusal() {
    byte[] encoded = encode(Profile.LOSSLESS, MATRIX, WEIGHTS);
    byte[] damaged = encoded.clone();
    Arrays.fill(damaged, ChunkHeader.BYTES + 16, ChunkHeader.BYTES + 64, (byte) 0);
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThatThrownBy(() -> decoder.decode(damaged, 0, damaged.length, WEIGHTS.length))
          .isInstanceOf(VerificationException.class);
      assertThat(decoder.decode(encoded, 0, encoded.length, WEIGHTS.length)).isEqualTo(WEIGHTS);
    }
  }

  @Test
  void chunksOfAShardAreWalkedOneByOne() {
    byte[] first = encode(Profile.LOSSLESS, MATRIX, WEIGHTS);
    byte[] second = encode(Profile.LOSSLESS, ChunkShape.CONTAINER_BYTES, new byte[0]);
    byte[] third = encode(Profile.LOSSLESS, ChunkShape.CONTAINER_BYTES, new byte[] {1, 2, 3});
    byte[] payload =
        ByteBuffer.allocate(first.length + second.length + third.length)
            .put(first)
            .put(second)
            .put(third)
            .array();
    byte[][] expected = {WEIGHTS, {}, {1, 2, 3}};
    int offset = 0;
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      for (byte[] raw : expected) {
        ChunkHeader header = ChunkDecoder.readHeader(payload, offset);
        assertThat(header.rawLength()).isEqualTo(raw.length);
        assertThat(decoder.decode(payload, offset, header.encodedLength(), raw.length))
            .isEqualTo(raw);
        offset += header.encodedLength();
      }
    }
    assertThat(offset).isEqualTo(payload.length);
    assertThatThrownBy(() -> ChunkDecoder.readHeader(payload, payload.length))
        .isInstanceOf(MalformedChunkException.class);
  }

  private static void refuses(byte[] good, int at, int value, int offset, String reason) {
    byte[] bad = good.clone();
    bad[at] = (byte) value;
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThatThrownBy(() -> decoder.decode(bad, 0, bad.length, WEIGHTS.length))
          .isInstanceOfSatisfying(
              MalformedChunkException.class, e -> assertThat(e.offset()).isEqualTo(offset))
          .hasMessageContaining(reason);
    }
  }

  private static void decodesOrIsRefused(byte[] encoded, int length, int rawLength) {
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThat(decoder.decode(encoded, 0, length, rawLength)).hasSize(rawLength);
    } catch (MalformedChunkException e) {
      assertThat(e.offset()).isBetween(0, length);
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] encode(Profile profile, ChunkShape shape, byte[] raw) {
    try (ChunkEncoder encoder = ChunkEncoder.forProfile(profile)) {
      return encoder.encode(shape, raw);
    }
  }
}
