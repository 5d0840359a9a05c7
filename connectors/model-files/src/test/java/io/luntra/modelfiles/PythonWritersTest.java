package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.release.Section;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The readers against files by the libraries that made the formats: torch, safetensors, gguf.
 * Skipped where Python has them not; LUNTRA_PYTHON names another Python than python3.
 */
class PythonWritersTest {
  private static final String SCRIPT = "write_models.py";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static JsonNode written;

  @BeforeAll
  static void write() throws IOException, InterruptedException {
    String python = System.getenv().getOrDefault("LUNTRA_PYTHON", "python3");
    assumeTrue(
        exits(0, python, "-c", "import torch, safetensors, gguf"),
        "not run: " + python + " has no torch, safetensors and gguf");
    Path script = folder.resolve(SCRIPT);
    try (InputStream in = PythonWritersTest.class.getResourceAsStream(SCRIPT)) {
      Files.copy(in, script);
    }
    Path models = Files.createDirectory(folder.resolve("models"));
    Path output = folder.resolve("written.json");
    Process process =
        new ProcessBuilder(python, script.toString(), models.toString())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
    written = JSON.readTree(output.toFile());
  }

  private static boolean exits(int code, String... command) throws InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      return false;
    }
    try {
      return process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == code;
    } finally {
      process.destroyForcibly();
    }
  }

  private static ModelInput layout(Path path) throws IOException {
    return ModelFiles.layout(
        new org.apache.flink.core.fs.Path(path.toUri()), ReaderOptions.DEFAULTS);
  }

  private static Map<String, JsonNode> read(ModelInput input)
      throws IOException, NoSuchAlgorithmException {
    Map<String, JsonNode> found = new TreeMap<>();
    for (Artifact artifact : input.artifacts()) {
      byte[] bytes = Files.readAllBytes(Path.of(artifact.file().getPath()));
      for (Section section : artifact.layout().sections()) {
        if (section.tensor() != null) {
          MessageDigest digest = MessageDigest.getInstance("SHA-256");
          digest.update(bytes, (int) section.offset(), (int) section.length());
          found.put(
              section.tensor().name(),
              JSON.createObjectNode()
                  .put("dtype", section.tensor().dtype().name())
                  .<com.fasterxml.jackson.databind.node.ObjectNode>set(
                      "shape", JSON.valueToTree(section.tensor().shape()))
                  .put("sha256", HexFormat.of().formatHex(digest.digest())));
        }
      }
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoint.pt", "script.pt", "model.safetensors.index.json", "model.gguf"})
  void tensorsAreWhatWasWritten(String file) throws Exception {
    Map<String, String> expected = new TreeMap<>();
    written
        .get(file)
        .properties()
        .forEach(field -> expected.put(field.getKey(), field.getValue().toString()));
    Map<String, String> found = new TreeMap<>();
    read(layout(folder.resolve("models").resolve(file)))
        .forEach((name, tensor) -> found.put(name, tensor.toString()));
    assertThat(expected).hasSizeGreaterThan(4);
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aFolderHasThemAll() throws Exception {
    Path models = folder.resolve("models");
    assertThat(layout(models).layouts())
        .extracting(layout -> layout.path())
        .containsExactly(
            "checkpoint.pt",
            "model-a.safetensors",
            "model-b.safetensors",
            "model.gguf",
            "model.safetensors.index.json",
            "script.pt");
  }
}
