package io.luntra.ethereum.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.Credentials;

class KeySourceTest {
  private static final String FIRST = "01".repeat(32);
  private static final String SECOND = "0x" + "02".repeat(32);

  @TempDir Path folder;

  @Test
  void readsKeysInOrder() throws IOException {
    Path file = Files.writeString(folder.resolve("keys"), FIRST + "\n" + SECOND + "\n");
    assertThat(KeySource.file(file).load())
        .containsExactly(Credentials.create(FIRST), Credentials.create(SECOND));
    Map<String, String> environment = Map.of("KEYS", FIRST + "," + SECOND);
    assertThat(KeySource.environment("KEYS").load(environment::get)).hasSize(2);
  }

  @Test
  void neverQuotesAKey() {
    String broken = SECOND.replace("0x02", "0xzz");
    Map<String, String> environment = Map.of("KEYS", FIRST + " " + broken);
    assertThatThrownBy(() -> KeySource.environment("KEYS").load(environment::get))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Key 2 in environment variable KEYS is not 64 hex digits but has 66 characters")
        .hasNoCause();
  }

  @Test
  void namesWhatIsMissing() {
    Path file = folder.resolve("nothing");
    assertThatThrownBy(() -> KeySource.file(file).load())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> KeySource.environment("NOTHING").load(name -> null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("NOTHING");
  }
}
