package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class GridTest {
  /** Distributions of levels. */
  enum Levels {
    ZERO,
    SPARSE,
    NORMAL,
    HEAVY_TAILS,
    VERY_HEAVY_TAILS,
    UNIFORM,
    POSITIVE,
    COLUMNS,
    EXTREME;

    int next(Random random, int column) {
      return switch (this) {
        case ZERO -> 0;
        case SPARSE -> random.nextInt(500) == 0 ? random.nextInt(3) - 1 : 0;
        case NORMAL -> (int) Math.rint(random.nextGaussian() * 4);
        case HEAVY_TAILS -> (int) Math.rint(Math.pow(random.nextGaussian(), 3) * 3);
        case VERY_HEAVY_TAILS -> (int) Math.rint(Math.pow(random.nextGaussian(), 7));
        case UNIFORM -> random.nextInt(255) - 127;
        case POSITIVE -> random.nextInt(16);
        case COLUMNS -> (int) Math.rint(random.nextGaussian() * (1 + column % 40));
        case EXTREME -> random.nextInt(4) == 0 ? GridChunk.MAX_LEVEL * (random.nextInt(3) - 1) : 1;
      };
    }
  }

  @Provide
  static Arbitrary<GridChunk> grids() {
    Arbitrary<BlockShape> blocks =
        Arbitraries.of(
            BlockShape.CHUNK,
            BlockShape.ROW,
            BlockShape.alongRow(32),
            BlockShape.alongColumn(32),
            new BlockShape(3, 5),
            new BlockShape(Integer.MAX_VALUE, Integer.MAX_VALUE),
            new BlockShape(1, 1));
    return Combinators.combine(
            Arbitraries.of(0, 1, 2, 3, 5, 64, 300, 4096, 70_001),
            Arbitraries.of(1, 3, 7, 64, 100, 384, 5000, Integer.MAX_VALUE),
            blocks,
            Arbitraries.of(Levels.values()),
            Arbitraries.of(true, false),
            Arbitraries.longs())
        .as(GridTest::grid);
  }

  static GridChunk grid(
      int elements, int wantedRow, BlockShape block, Levels kind, boolean zeros, long seed) {
    Random random = new Random(seed);
    int row = Math.max(1, Math.min(wantedRow, elements));
    int blocks = block.count(GridChunk.rows(elements, row), row);
    short[] steps = new short[blocks];
    for (int i = 0; i < blocks; i++) {
      steps[i] = (short) (0x3c00 + random.nextInt(64));
    }
    byte[] zero = null;
    if (zeros) {
      zero = new byte[blocks];
      random.nextBytes(zero);
    }
    int[] levels = new int[elements];
    for (int i = 0; i < elements; i++) {
      levels[i] = kind.next(random, i % row);
    }
    return new GridChunk(row, block, steps, zero, levels);
  }

  @Property(tries = 600)
  void decodesToTheDeclaredReconstruction(
      @ForAll("grids") GridChunk grid, @ForAll boolean ofDifference, @ForAll long seed) {
    int rawLength = grid.levels().length * Float.BYTES;
    byte[] parent = null;
    if (ofDifference) {
      parent = new byte[rawLength];
      new Random(seed).nextBytes(parent);
    }
    byte[] encoded = Encoded.encode(grid, parent);
    assertThat(encoded.length).isLessThanOrEqualTo(rawLength + ChunkHeader.MAX_BYTES);
    assertThat(Encoded.decode(encoded, rawLength, parent)).isEqualTo(grid.reconstruct(parent));
  }

  @Property(tries = 200)
  void bytesDoNotDependOnWhatWasEncodedBefore(
      @ForAll("grids") GridChunk first, @ForAll("grids") GridChunk second) {
    try (ChunkEncoder used = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      byte[] other = used.encode(first, null);
      byte[] encoded = used.encode(second, null);
      assertThat(encoded).isEqualTo(Encoded.encode(second, null));
      decoder.decode(other, 0, other.length, first.levels().length * Float.BYTES, null);
      assertThat(
              decoder.decode(
                  encoded, 0, encoded.length, second.levels().length * Float.BYTES, null))
          .isEqualTo(second.reconstruct(null));
    }
  }

  @Test
  void costIsTheEntropyOfTheLevels() {
    for (Levels kind :
        new Levels[] {
          Levels.SPARSE, Levels.NORMAL, Levels.HEAVY_TAILS, Levels.UNIFORM, Levels.POSITIVE
        }) {
      GridChunk grid = grid(1 << 18, 512, BlockShape.CHUNK, kind, false, 5);
      double bytes = Encoded.encode(grid, null).length;
      assertThat(bytes).as(kind.name()).isLessThan(entropyBytes(grid.levels()) * 1.01 + 48);
    }
  }

  @Test
  void columnsOfTheirOwnMagnitudeCostLessThanTheEntropyOfTheLevels() {
    GridChunk grid = grid(1 << 18, 512, BlockShape.CHUNK, Levels.COLUMNS, false, 6);
    assertThat((double) Encoded.encode(grid, null).length)
        .isLessThan(entropyBytes(grid.levels()) * 0.97);
  }

  @Test
  void smallChunksAreNotBloatedByTables() {
    GridChunk grid = grid(300, 100, BlockShape.ROW, Levels.NORMAL, false, 7);
    assertThat((double) Encoded.encode(grid, null).length)
        .isLessThan(entropyBytes(grid.levels()) + 60);
  }

  @Test
  void levelsOfZeroAreTheParentOrAConstant() {
    GridChunk grid = grid(4096, 64, BlockShape.ROW, Levels.ZERO, false, 8);
    assertThat(Encoded.encode(grid, new byte[4096 * 4])).isEmpty();
    byte[] alone = Encoded.encode(grid, null);
    assertThat(ChunkDecoder.readHeader(alone, 0).codec()).isEqualTo(ChunkCodec.CONSTANT);
    assertThat(alone).hasSizeLessThan(10);
  }

  @Test
  void parentIsKeptBitForBitWhereTheLevelIsZero() {
    float[] parent = new float[4096];
    Arrays.fill(parent, -0f);
    parent[7] = Float.NaN;
    int[] levels = new int[4096];
    levels[5] = 3;
    GridChunk grid =
        new GridChunk(64, BlockShape.CHUNK, new short[] {(short) 0x3f80}, null, levels);
    byte[] raw = Chunks.ofFloats(parent);
    byte[] encoded = Encoded.encode(grid, raw);
    assertThat(ChunkDecoder.readHeader(encoded, 0).codec()).isEqualTo(ChunkCodec.GRID_DELTA);
    parent[5] = 3;
    assertThat(Encoded.decode(encoded, raw.length, raw)).isEqualTo(Chunks.ofFloats(parent));
  }

  private static double entropyBytes(int[] levels) {
    int[] sorted = levels.clone();
    Arrays.sort(sorted);
    double bits = 0;
    for (int i = 0, from = 0; i < sorted.length; i++) {
      if (i + 1 == sorted.length || sorted[i + 1] != sorted[i]) {
        double n = i + 1.0 - from;
        bits += n * Math.log(sorted.length / n) / Math.log(2);
        from = i + 1;
      }
    }
    return bits / 8;
  }
}
