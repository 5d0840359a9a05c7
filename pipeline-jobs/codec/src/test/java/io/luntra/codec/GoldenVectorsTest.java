package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A change here is a change of the format: it needs a new version. */
final class GoldenVectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  /** One line of the file: a chunk, its parent or null, its bytes. */
  record Vector(String name, ChunkShape shape, byte[] raw, byte[] parent, byte[] encoded) {
    static Vector parse(String line) {
      String[] field = line.split(" ", -1);
      ChunkShape shape =
          new ChunkShape(
              DataType.valueOf(field[1]), Integer.parseInt(field[2]), Integer.parseInt(field[3]));
      return new Vector(
          field[0],
          shape,
          HEX.parseHex(field[4]),
          field[5].equals("-") ? null : HEX.parseHex(field[5]),
          HEX.parseHex(field[6]));
    }

    boolean isGrid() {
      return name.startsWith("GRID");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    try (InputStream in =
        GoldenVectorsTest.class.getResourceAsStream("/golden/v2/encoded-chunks.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Vector::parse)
          .toList();
    }
  }

  static List<Vector> exactVectors() throws IOException {
    return vectors().stream().filter(vector -> !vector.isGrid()).toList();
  }

  @ParameterizedTest
  @MethodSource("exactVectors")
  void encodesToTheseBytes(Vector vector) {
    byte[] encoded = Encoded.lossless(vector.shape(), vector.raw(), vector.parent());
    assertThat(HEX.formatHex(encoded)).isEqualTo(HEX.formatHex(vector.encoded()));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void decodesToTheseBytes(Vector vector) {
    assertThat(Encoded.decode(vector.encoded(), vector.raw().length, vector.parent()))
        .isEqualTo(vector.raw());
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void nameIsTheCodec(Vector vector) {
    if (vector.encoded().length == 0) {
      assertThat(vector.name()).startsWith("SAME");
    } else {
      String codec = ChunkDecoder.readHeader(vector.encoded(), 0).codec().name();
      assertThat(vector.name()).startsWith(codec + "-");
    }
  }

  /** Grids as their levels are made, encoded to the bytes of the line of their name. */
  static List<GridCase> grids() {
    return List.of(
        new GridCase("GRID-rows-normal", BlockShape.ROW, GridTest.Levels.NORMAL, false),
        new GridCase(
            "GRID-columns-zeros", BlockShape.alongColumn(8), GridTest.Levels.POSITIVE, true),
        new GridCase(
            "GRID-groups-uniform", BlockShape.alongRow(32), GridTest.Levels.UNIFORM, false),
        new GridCase("GRID-extreme", BlockShape.CHUNK, GridTest.Levels.EXTREME, false),
        new GridCase("GRID_DELTA-sparse", BlockShape.CHUNK, GridTest.Levels.SPARSE, false),
        new GridCase("GRID_DELTA-tails", BlockShape.ROW, GridTest.Levels.HEAVY_TAILS, false));
  }

  /** A grid and the name of its line. */
  record GridCase(String name, BlockShape block, GridTest.Levels levels, boolean zeros) {
    GridChunk grid() {
      return GridTest.grid(1000, 96, block, levels, zeros, 11);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("grids")
  void gridsEncodeToTheseBytes(GridCase grid) throws IOException {
    Vector vector =
        vectors().stream().filter(v -> v.name().equals(grid.name())).findFirst().orElseThrow();
    assertThat(HEX.formatHex(Encoded.encode(grid.grid(), vector.parent())))
        .isEqualTo(HEX.formatHex(vector.encoded()));
  }
}
