package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.jobs.OnnxFile;
import java.io.IOException;
import java.io.RandomAccessFile;
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
  void externalDataComesIntoTheFile() throws IOException {
    byte[] values = new byte[128 * 64 * 4];
    for (int i = 3; i < values.length; i += 4) {
      values[i] = (byte) (0x3c + i % 3);
    }
    Files.write(folder.resolve("w.bin"), values);
    Path model =
        new OnnxFile()
            .externalTensor("w", "w.bin", 128, 64)
            .products(128, 64, "w")
            .write(folder.resolve("external.onnx"));
    Path out = folder.resolve("inline.onnx");
    CommandRun run = convert(model, "int8", out);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.json().get("inputBytes").asLong()).isEqualTo(Files.size(model) + values.length);
    assertThat(run.json().get("weights")).hasSize(1);
    assertThat(Files.size(out)).isBetween(128L * 64, 128L * 64 + 2048);

    OnnxFile tied = new OnnxFile();
    for (int i = 0; i < 40; i++) {
      tied.externalTensor("w" + i, "large.bin", 4096, 4096);
    }
    try (RandomAccessFile large =
        new RandomAccessFile(folder.resolve("large.bin").toFile(), "rw")) {
      large.setLength(64 << 20);
    }
    Path bomb = tied.write(folder.resolve("tied.onnx"));
    CommandRun many = convert(bomb, "int8", folder.resolve("bomb.onnx"));
    assertThat(many.exitCode()).isEqualTo(2);
    assertThat(many.err()).contains("tensor 'w31' brings its external data to more than 2 GB");
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
