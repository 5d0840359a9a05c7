package io.luntra.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnvilBinaryTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, anvil-linux-amd64, anvil",
    "Linux, aarch64, anvil-linux-arm64, anvil",
    "Mac OS X, aarch64, anvil-darwin-arm64, anvil",
    "Mac OS X, x86_64, anvil-darwin-amd64, anvil",
    "Windows 11, amd64, anvil-win32-amd64, anvil.exe"
  })
  void looksUpwardForThePlatformsPackage(String os, String arch, String name, String file)
      throws IOException {
    Path binary = place(name, file);
    Path deep = Files.createDirectories(folder.resolve("connectors/devnet"));

    assertThat(find(Map.of("user.dir", deep.toString(), "os.name", os, "os.arch", arch), Map.of()))
        .isEqualTo(binary);
  }

  @Test
  void looksInLuntraHomeToo(@TempDir Path elsewhere) throws IOException {
    Path binary = place("anvil-linux-amd64", "anvil");

    assertThat(
            find(
                Map.of(
                    "user.dir",
                    elsewhere.toString(),
                    "luntra.home",
                    folder.toString(),
                    "os.name",
                    "Linux",
                    "os.arch",
                    "amd64"),
                Map.of()))
        .isEqualTo(binary);
  }

  @Test
  void propertyComesBeforeEnvironment() throws IOException {
    Path first = executable("first");
    Path second = executable("second");

    assertThat(
            find(
                Map.of("luntra.anvil", first.toString()),
                Map.of("LUNTRA_ANVIL", second.toString())))
        .isEqualTo(first);
    assertThat(find(Map.of(), Map.of("LUNTRA_ANVIL", second.toString()))).isEqualTo(second);
  }

  @Test
  void saysWhatToDoWhenThereIsNone() {
    assertThatThrownBy(
            () ->
                find(
                    Map.of("user.dir", folder.toString(), "os.name", "Plan 9", "os.arch", "sparc"),
                    Map.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("anvil-plan 9-sparc")
        .hasMessageContaining("run mvn -pl contracts package, which runs npm ci");
  }

  @Test
  void namesTheSettingThatPointsNowhere() {
    assertThatThrownBy(
            () -> find(Map.of(), Map.of("LUNTRA_ANVIL", folder.resolve("none").toString())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("environment variable LUNTRA_ANVIL");
    assertThatThrownBy(() -> find(Map.of("luntra.anvil", folder.toString()), Map.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("system property luntra.anvil");
  }

  private static Path find(Map<String, String> properties, Map<String, String> environment) {
    return new AnvilBinary(properties::get, environment::get).find();
  }

  private Path place(String name, String file) throws IOException {
    Path bin =
        Files.createDirectories(
            folder.resolve("contracts/node_modules/@foundry-rs").resolve(name).resolve("bin"));
    return Files.createFile(bin.resolve(file));
  }

  private Path executable(String name) throws IOException {
    Path file = Files.createFile(folder.resolve(name));
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
