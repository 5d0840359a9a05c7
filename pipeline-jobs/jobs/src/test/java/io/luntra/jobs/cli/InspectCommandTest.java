package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.jobs.OnnxFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What luntra inspect says of models. */
class InspectCommandTest {
  private static final Path GOLDEN =
      Path.of("../../connectors/model-files/src/test/resources/io/luntra/modelfiles/golden");

  @TempDir private Path folder;

  private static JsonNode inspect(Path path) throws IOException {
    CommandRun run = CommandRun.of(List.of("inspect", path.toString(), "--json"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json();
  }

  private static JsonNode tensor(JsonNode result, String name) {
    for (JsonNode tensor : result.get("tensors")) {
      if (tensor.get("name").asText().equals(name)) {
        return tensor;
      }
    }
    throw new AssertionError(name);
  }

  @Test
  void aFolderIsListedFileByFile() throws IOException {
    JsonNode found = inspect(GOLDEN);

    assertThat(found.get("files")).hasSize(7);
    assertThat(found.get("architecture").get("family").asText()).isEqualTo("llama");
    assertThat(found.get("architecture").get("source").asText())
        .isEqualTo("general.architecture of model.gguf");
    JsonNode weight = tensor(found, "model.0.weight");
    assertThat(weight.get("dtype").asText()).isEqualTo("FP32");
    assertThat(weight.get("shape")).hasToString("[50,16]");
    assertThat(tensor(found, "t.Q4_K").get("values").isNull()).isTrue();
    assertThat(found.get("costs"))
        .extracting(cost -> cost.get("profile").asText())
        .containsExactly("lossless", "int8", "entropy", "int4-g32");
    assertThat(found.get("costs")).allMatch(cost -> cost.get("sampledShare").asDouble() == 1);
  }

  /** A tokenizer of 1 GB, and a header that says it has 10 GB: in a heap of 256 MB. */
  @Test
  void aSmallHeapIsEnoughForLargeFiles() throws Exception {
    Path model = Files.createDirectory(folder.resolve("large"));
    Files.copy(GOLDEN.resolve("model-a.safetensors"), model.resolve("a.safetensors"));
    try (RandomAccessFile tokenizer =
        new RandomAccessFile(model.resolve("tokenizer.json").toFile(), "rw")) {
      tokenizer.setLength(1L << 30);
    }
    assertThat(inspected(model)).isZero();
    ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(model.resolve("b.safetensors"), header.putLong(10L << 30).array());
    assertThat(inspected(model)).isEqualTo(2);
  }

  private int inspected(Path model) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-classpath",
                System.getProperty("java.class.path"),
                Luntra.class.getName(),
                "inspect",
                model.toString())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void limitsAreTheUsers() {
    CommandRun few =
        CommandRun.of(List.of("inspect", GOLDEN.toString(), "--limit", "tensors=2", "--json"));
    assertThat(few.exitCode()).isEqualTo(2);
    assertThat(few.err()).contains("expected at most 2");
    CommandRun unknown =
        CommandRun.of(List.of("inspect", GOLDEN.toString(), "--limit", "tensor=2", "--json"));
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("Limit tensor: expected files, tensors, textBytes");
    CommandRun none =
        CommandRun.of(List.of("inspect", GOLDEN.toString(), "--limit", "rank=0", "--json"));
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("Limit rank of 0: expected 1 to 2147483647");
  }

  @Test
  void valuesAreSummedUp() throws IOException {
    float[] values = {1, -2, 0, 0, 0.5f, Float.NaN, Float.POSITIVE_INFINITY, 4};
    ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    Path model =
        new OnnxFile()
            .tensor("w", bytes.array(), 2, 4)
            .normalTensor("n", 1, 64, 64)
            .normalTensor("twin", 1, 64, 64)
            .write(folder.resolve("m.onnx"));

    JsonNode found = inspect(model);

    JsonNode summary = tensor(found, "w").get("values");
    assertThat(summary.get("least").asDouble()).isEqualTo(-2);
    assertThat(summary.get("greatest").asDouble()).isEqualTo(4);
    assertThat(summary.get("zeros").asLong()).isEqualTo(2);
    assertThat(summary.get("notFinite").asLong()).isEqualTo(2);
    assertThat(summary.get("mean").asDouble()).isCloseTo(3.5 / 6, within(1e-12));
    assertThat(tensor(found, "w").get("effectiveDtype").asText()).isEqualTo("BF16");
    JsonNode normal = tensor(found, "n");
    assertThat(normal.get("effectiveDtype").asText()).isEqualTo("FP32");
    assertThat(normal.get("values").get("deviation").asDouble()).isBetween(0.97, 1.03);
    assertThat(found.get("parameters").get("count").asLong()).isEqualTo(8 + 2 * 64 * 64);
    assertThat(tensor(found, "twin").get("sameAs").asText()).isEqualTo("n");
    assertThat(normal.get("sameAs").isNull()).isTrue();
    // A quarter of a deviation on either side of the mean.
    JsonNode counts = found.get("histogram").get("counts");
    double middle = counts.get(15).asLong() + counts.get(16).asLong();
    assertThat(middle / (2 * 64 * 64)).isBetween(0.17, 0.22);
  }

  @Test
  void peopleSeeATableAndWhatProfilesCost() throws IOException {
    Path model = new OnnxFile().normalTensor("n", 1, 256, 256).write(folder.resolve("m.onnx"));
    CommandRun run = CommandRun.of(List.of("inspect", model.toString()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("65,536 parameters (fp32)", "256x256", "profile", "lossless", "int4-g32")
        .contains("+0.0 ####");
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "text");
    CommandRun run = CommandRun.of(List.of("inspect", text.toString()));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("notes.txt: not a model format that is read");
  }
}
