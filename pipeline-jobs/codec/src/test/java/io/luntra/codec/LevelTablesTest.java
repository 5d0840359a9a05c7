package io.luntra.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The built-in tables are part of the format. */
final class LevelTablesTest {
  @Test
  void everyTableSumsTo4096AndCanEscape() {
    for (int id = 0; id < LevelTables.COUNT; id++) {
      int sum = 0;
      for (int token = 0; token < Tokens.COUNT; token++) {
        sum += LevelTables.get(id).frequency(token);
      }
      assertThat(sum).isEqualTo(RansTable.TOTAL);
      assertThat(LevelTables.get(id).frequency(Tokens.ESCAPE)).isPositive();
      assertThat(LevelTables.get(id).frequency(0)).isPositive();
    }
  }

  @Test
  void tablesAreThoseOfTheFormat() throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int id = 0; id < LevelTables.COUNT; id++) {
      for (int token = 0; token < Tokens.COUNT; token++) {
        int frequency = LevelTables.get(id).frequency(token);
        digest.update((byte) frequency);
        digest.update((byte) (frequency >>> 8));
      }
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("3c82b159cd91f484ac9c7f4d12435d23dbbd4768fae0d659673e57d261fe2a8d");
  }

  @Test
  void tokensCoverEveryMagnitudeOnce() {
    int expected = 0;
    for (int i = 0; i < Tokens.MAGNITUDES; i++) {
      assertThat(Tokens.first(i)).isEqualTo(expected);
      int last = Tokens.first(i) + (1 << Tokens.bits(i)) - 1;
      for (int magnitude : new int[] {Tokens.first(i), last}) {
        assertThat(Tokens.magnitudeClass(Tokens.of(magnitude))).isEqualTo(i);
        assertThat(Tokens.magnitudeClass(Tokens.of(-magnitude))).isEqualTo(i);
        if (i > 0) {
          assertThat(Tokens.of(magnitude)).isEqualTo(2 * i - 1);
          assertThat(Tokens.of(-magnitude)).isEqualTo(2 * i);
        }
      }
      expected = last + 1;
    }
    assertThat(expected).isEqualTo(Integer.MIN_VALUE);
  }
}
