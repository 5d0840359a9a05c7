package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.jobs.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** luntra convert; what it makes is run in the tests of quality. */
class ConvertCommandTest {
  @TempDir private Path folder;

  private Path model() throws IOException {
    return new OnnxFile()
        .normalTensor("w", 1, 64, 96)
        .normalTensor("v", 2, 96, 32)
        .products(64, 32, "w", "v")
        .write(folder.resolve("m.onnx"));
  }

  private CommandRun convert(Path model, String form, Path out) {
    return CommandRun.of(
        List.of("convert", model.toString(), "--to", form, "--out", out.toString(), "--json"));
  }

  @Test
  void weightsBecomeFourBits() throws IOException {
    Path out = folder.resolve("new/int4.onnx");
    CommandRun run = convert(model(), "int4", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode result = run.json();
    assertThat(result.get("weights")).hasSize(2);
    assertThat(result.get("exact").asBoolean()).isFalse();
    assertThat(result.get("outputBytes").asLong()).isEqualTo(Files.size(out));
    assertThat(Files.size(out)).isLessThan(Files.size(folder.resolve("m.onnx")) / 4);
  }

  @Test
  void nothingIsOverwrittenAndMistakesAreSaid() throws IOException {
    Path out = Files.writeString(folder.resolve("there.onnx"), "mine");
    CommandRun there = convert(model(), "int4", out);
    assertThat(there.exitCode()).isEqualTo(2);
    assertThat(there.err()).contains("there.onnx is there already; nothing was written");
    assertThat(out).hasContent("mine");

    CommandRun missing = convert(folder.resolve("no.onnx"), "int4", folder.resolve("a.onnx"));
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("no.onnx: no such file");

    Path empty = new OnnxFile().products(4, 4, "w").write(folder.resolve("empty.onnx"));
    CommandRun none = convert(empty, "int4", folder.resolve("b.onnx"));
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("no FP32 weights that operators multiply with");
  }
}
