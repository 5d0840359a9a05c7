package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.luntra.failure.VerificationException;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorRole;
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

  @Provide
  Arbitrary<GridChunk> grids() {
    return GridTest.grids();
  }

  @Property(tries = 2_000)
  void mutationIsRefusedOrGivesTheExpectedLength(
      @ForAll("chunks") Chunks chunk,
      @ForAll boolean withParent,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int changes) {
    byte[] parent = withParent ? parent(chunk.raw(), seed) : null;
    byte[] encoded = Encoded.lossless(chunk.shape(), chunk.raw(), parent);
    mutate(encoded, new Random(seed), changes);
    decodesOrIsRefused(encoded, chunk.raw().length, parent);
  }

  @Property(tries = 3_000)
  void mutatedGridIsRefusedOrGivesTheExpectedLength(
      @ForAll("grids") GridChunk grid,
      @ForAll boolean withParent,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int changes) {
    int rawLength = grid.levels().length * Float.BYTES;
    byte[] parent = withParent ? parent(new byte[rawLength], seed) : null;
    byte[] encoded = Encoded.encode(grid, parent);
    mutate(encoded, new Random(seed), changes);
    decodesOrIsRefused(encoded, rawLength, parent);
  }

  @Property(tries = 1_000)
  void aMutatedGridOfANarrowTypeIsRefusedOrGivesTheExpectedLength(
      @ForAll boolean half,
      @ForAll boolean withParent,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int changes) {
    FloatType type = half ? FloatType.FP16 : FloatType.BF16;
    byte[] raw = new byte[WEIGHTS.length / 2];
    type.narrow(WEIGHTS, raw);
    byte[] parent = withParent ? parent(raw, seed) : null;
    ChunkShape shape = new ChunkShape(type.dataType(), 2, 64);
    byte[] encoded =
        Encoded.encode(
            shape,
            raw,
            parent,
            TensorSettings.of(Profile.ENTROPY, type.dataType(), 2, TensorRole.OTHER));
    mutate(encoded, new Random(seed), changes);
    decodesOrIsRefused(encoded, raw.length, parent);
  }

  @Property(tries = 500)
  void truncationIsRefused(@ForAll("grids") GridChunk grid, @ForAll long seed) {
    byte[] encoded = Encoded.encode(grid, null);
    int rawLength = grid.levels().length * Float.BYTES;
    int length = (int) Math.floorMod(seed, (long) encoded.length);
    byte[] truncated = Arrays.copyOf(encoded, length);
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThatThrownBy(() -> decoder.decode(truncated, 0, length, rawLength, null))
          .isInstanceOf(MalformedChunkException.class);
      assertThatThrownBy(() -> decoder.decode(encoded, 0, length, rawLength, null))
          .isInstanceOf(MalformedChunkException.class);
    }
  }

  @Property(tries = 2_000)
  void anyBytesAreRefusedOrGiveTheExpectedLength(
      @ForAll byte[] bytes, @ForAll @IntRange(max = 1000) int rawLength) {
    decodesOrIsRefused(bytes, rawLength, null);
  }

  @Test
  void everyBodyCutShortIsRefusedEvenIfTheHeaderAgrees() {
    for (byte[] encoded : new byte[][] {lossless(), grid()}) {
      ChunkHeader header = ChunkDecoder.readHeader(encoded, 0);
      for (int body = 0; body < header.bodyLength(); body += 7) {
        byte[] cut = withBody(header, encoded, body);
        assertThatThrownBy(() -> Encoded.decode(cut, WEIGHTS.length, null))
            .isInstanceOf(MalformedChunkException.class);
      }
    }
  }

  @Test
  void bodyMustEndWithItsContent() {
    for (byte[] encoded : new byte[][] {lossless(), grid()}) {
      ChunkHeader header = ChunkDecoder.readHeader(encoded, 0);
      byte[] longer = withBody(header, encoded, header.bodyLength() + 1);
      assertThatThrownBy(() -> Encoded.decode(longer, WEIGHTS.length, null))
          .isInstanceOf(MalformedChunkException.class);
    }
  }

  @Test
  void everyHeaderFieldIsChecked() {
    byte[] encoded = grid();
    refuses(encoded, 0, 1, 0, "format version 1, expected 2");
    refuses(encoded, 1, 0xf0, 1, "unknown codec 15");
    refuses(encoded, 1, 0x36, 1, "GRID with layout 6");
    refuses(encoded, 1, 0x2f, 1, "PLANES with layout 15");
    refuses(encoded, 1, 0x40, 0, "there is no parent");
    refuses(encoded, 3, 0x41, 0, "8320 bytes decoded, expected 8192");
    refuses(encoded, 3, 0xff, 2, "at most 16777216");
  }

  @Test
  void nothingStandsForTheParentAndNeedsOne() {
    assertThat(Encoded.decode(new byte[0], WEIGHTS.length, WEIGHTS)).isEqualTo(WEIGHTS);
    assertThatThrownBy(() -> Encoded.decode(new byte[0], WEIGHTS.length, null))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessageContaining("there is no parent");
    assertThatThrownBy(() -> Encoded.decode(new byte[0], 4, WEIGHTS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void frameThatDecodesToMoreThanThePlaneIsRefused() {
    byte[] bomb = Zstd.compress(new byte[64 << 20]);
    int rawLength = 1 << 20;
    Output body = new Output();
    body.putVarint((bomb.length << PlaneWriter.CODER_BITS) | PlaneWriter.ZSTD);
    body.put(bomb, 0, bomb.length);
    Output out = new Output();
    new ChunkHeader(ChunkCodec.PLANES, 0, rawLength, body.length()).write(out);
    out.put(body.bytes(), 0, body.length());
    byte[] encoded = Arrays.copyOf(out.bytes(), out.length());
    assertThatThrownBy(() -> Encoded.decode(encoded, rawLength, null))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessageContaining("zstd")
        .hasCauseInstanceOf(com.github.luben.zstd.ZstdException.class);
  }

  @Test
  void decoderIsGoodAfterARefusal() {
    byte[] encoded = grid();
    byte[] expected = Encoded.decode(encoded, WEIGHTS.length, null);
    byte[] damaged = encoded.clone();
    Arrays.fill(damaged, encoded.length / 2, encoded.length, (byte) 0);
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      assertThatThrownBy(() -> decoder.decode(damaged, 0, damaged.length, WEIGHTS.length, null))
          .isInstanceOf(VerificationException.class);
      assertThat(decoder.decode(encoded, 0, encoded.length, WEIGHTS.length, null))
          .isEqualTo(expected);
    }
  }

  @Test
  void chunksOfAShardAreWalkedOneByOne() {
    byte[][] expected = {WEIGHTS, {}, {1, 2, 3}};
    Output payload = new Output();
    for (byte[] raw : expected) {
      byte[] encoded =
          Encoded.lossless(raw == WEIGHTS ? MATRIX : ChunkShape.CONTAINER_BYTES, raw, null);
      payload.put(encoded, 0, encoded.length);
    }
    byte[] shard = Arrays.copyOf(payload.bytes(), payload.length());
    int offset = 0;
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      for (byte[] raw : expected) {
        int length = ChunkDecoder.readHeader(shard, offset).encodedLength();
        assertThat(decoder.decode(shard, offset, length, raw.length, null)).isEqualTo(raw);
        offset += length;
      }
    }
    assertThat(offset).isEqualTo(shard.length);
    assertThatThrownBy(() -> ChunkDecoder.readHeader(shard, shard.length))
        .isInstanceOf(MalformedChunkException.class);
  }

  private static byte[] lossless() {
    return Encoded.lossless(MATRIX, WEIGHTS, null);
  }

  private static byte[] grid() {
    return Encoded.encode(
        GridTest.grid(2048, 64, BlockShape.ROW, GridTest.Levels.HEAVY_TAILS, true, 4), null);
  }

  private static byte[] parent(byte[] raw, long seed) {
    byte[] parent = raw.clone();
    Random random = new Random(seed);
    for (int i = 0; i < parent.length; i += 1 + random.nextInt(9)) {
      parent[i] ^= (byte) random.nextInt(8);
    }
    return parent;
  }

  private static void mutate(byte[] encoded, Random random, int changes) {
    for (int i = 0; i < changes && encoded.length > 0; i++) {
      int reach = random.nextBoolean() ? encoded.length : Math.min(encoded.length, 48);
      encoded[random.nextInt(reach)] = (byte) random.nextInt();
    }
  }

  private static byte[] withBody(ChunkHeader header, byte[] encoded, int bodyLength) {
    Output out = new Output();
    new ChunkHeader(header.codec(), header.layout(), header.rawLength(), bodyLength).write(out);
    byte[] body = Arrays.copyOfRange(encoded, header.length(), header.length() + bodyLength);
    out.put(body, 0, bodyLength);
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static void refuses(byte[] good, int at, int value, int offset, String reason) {
    byte[] bad = good.clone();
    bad[at] = (byte) value;
    assertThatThrownBy(() -> Encoded.decode(bad, WEIGHTS.length, null))
        .isInstanceOfSatisfying(
            MalformedChunkException.class, e -> assertThat(e.offset()).isEqualTo(offset))
        .hasMessageContaining(reason);
  }

  private static void decodesOrIsRefused(byte[] encoded, int rawLength, byte[] parent) {
    try {
      assertThat(Encoded.decode(encoded, rawLength, parent)).hasSize(rawLength);
    } catch (MalformedChunkException e) {
      assertThat(e.offset()).isBetween(0, encoded.length);
    }
  }
}
