package io.luntra.modelfiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.release.Section;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The readers against files by the libraries that made the formats: torch, safetensors, gguf. Those
 * in the folder golden were written by torch 2.7.1, safetensors 0.8.0 and gguf 0.19.0; where Python
 * has these libraries, it writes others now. LUNTRA_PYTHON names another Python than python3.
 */
class IndependentWritersTest {
  private static final String SCRIPT = "write_models.py";
  private static final String WRITTEN = "written.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;

  private static Path golden() throws URISyntaxException {
    return Path.of(IndependentWritersTest.class.getResource("golden").toURI());
  }

  private static Path writtenNow() throws IOException, InterruptedException {
    Path models = folder.resolve("models");
    if (Files.exists(models)) {
      return models;
    }
    String python = System.getenv().getOrDefault("LUNTRA_PYTHON", "python3");
    assumeTrue(
        exits(0, python, "-c", "import torch, safetensors, gguf"),
        "not run: " + python + " has no torch, safetensors and gguf");
    Path script = folder.resolve(SCRIPT);
    try (InputStream in = IndependentWritersTest.class.getResourceAsStream(SCRIPT)) {
      Files.copy(in, script);
    }
    Files.createDirectory(models);
    Process process =
        new ProcessBuilder(python, script.toString(), models.toString())
            .redirectOutput(models.resolve(WRITTEN).toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
    return models;
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

  private static void assertRead(Path models, String file) throws Exception {
    Map<String, String> expected = new TreeMap<>();
    JSON.readTree(models.resolve(WRITTEN).toFile())
        .get(file)
        .properties()
        .forEach(field -> expected.put(field.getKey(), field.getValue().toString()));
    Map<String, String> found = new TreeMap<>();
    read(layout(models.resolve(file)))
        .forEach((name, tensor) -> found.put(name, tensor.toString()));
    assertThat(expected).hasSizeGreaterThan(4);
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoint.pt", "script.pt", "model.safetensors.index.json", "model.gguf"})
  void goldenFilesAreRead(String file) throws Exception {
    assertRead(golden(), file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"checkpoint.pt", "script.pt", "model.safetensors.index.json", "model.gguf"})
  void filesWrittenNowAreRead(String file) throws Exception {
    assertRead(writtenNow(), file);
  }

  @Test
  void aFolderHasThemAll() throws Exception {
    assertThat(layout(golden()).layouts())
        .extracting(layout -> layout.path())
        .containsExactly(
            "checkpoint.pt",
            "model-a.safetensors",
            "model-b.safetensors",
            "model.gguf",
            "model.safetensors.index.json",
            "script.pt",
            WRITTEN);
  }
}
