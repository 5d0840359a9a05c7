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

  /** One line of the file: what is encoded, its bytes, and what they decode to. */
  record Vector(
      String name, Profile profile, ChunkShape shape, byte[] raw, byte[] encoded, byte[] decoded) {
    static Vector parse(String line) {
      String[] field = line.split(" ", -1);
      ChunkShape shape =
          new ChunkShape(
              DataType.valueOf(field[2]), Integer.parseInt(field[3]), Integer.parseInt(field[4]));
      byte[] raw = HEX.parseHex(field[5]);
      return new Vector(
          field[0],
          Profile.fromId(field[1]),
          shape,
          raw,
          HEX.parseHex(field[6]),
          field[7].equals("=") ? raw : HEX.parseHex(field[7]));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    try (InputStream in =
        GoldenVectorsTest.class.getResourceAsStream("/golden/v1/encoded-chunks.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Vector::parse)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void encodesToTheseBytes(Vector vector) {
    try (ChunkEncoder encoder = ChunkEncoder.forProfile(vector.profile())) {
      assertThat(HEX.formatHex(encoder.encode(vector.shape(), vector.raw())))
          .isEqualTo(HEX.formatHex(vector.encoded()));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void decodesToTheseBytes(Vector vector) {
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      byte[] encoded = vector.encoded();
      assertThat(decoder.decode(encoded, 0, encoded.length, vector.decoded().length))
          .isEqualTo(vector.decoded());
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void nameIsTheCodec(Vector vector) {
    String codec = ChunkDecoder.readHeader(vector.encoded(), 0).codec().name();
    assertThat(vector.name()).startsWith(codec);
  }
}
