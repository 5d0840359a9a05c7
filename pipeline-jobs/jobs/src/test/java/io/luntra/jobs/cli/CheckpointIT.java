package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.devnet.Devnet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * All-MiniLM-L6-v2 as a checkpoint that torch writes and reads, where Python has it. LUNTRA_PYTHON
 * names another Python than python3.
 */
@Timeout(240)
class CheckpointIT {
  @TempDir private Path folder;

  @Test
  void aCheckpointOfTorchIsLoadedByTorch() throws Exception {
    String python = System.getenv().getOrDefault("LUNTRA_PYTHON", "python3");
    assumeTrue(run(python, "-c", "import torch"), "not run: " + python + " has no torch");
    Path script = folder.resolve("checkpoint.py");
    try (InputStream in = CheckpointIT.class.getResourceAsStream("checkpoint.py")) {
      Files.copy(in, script);
    }
    Path jit =
        Files.write(folder.resolve("minilm.pt"), MiniLmScript.bytes(MiniLmScript.Head.VECTORS));
    Path model = Files.createDirectory(folder.resolve("model"));
    Path checkpoint = model.resolve("pytorch_model.bin");
    requireRun(python, script.toString(), "save", jit.toString(), checkpoint.toString());
    Files.writeString(model.resolve("config.json"), "{\"model_type\":\"bert\"}");

    Path out = folder.resolve("out");
    try (Devnet devnet = ModelUser.devnet()) {
      ModelUser user = new ModelUser(devnet, folder, 0);
      CommandRun published = user.publish(model, "pt/minilm@1", "int4");
      assertThat(published.exitCode()).as(published.err()).isZero();
      user.told("fetch", "pt/minilm@1", "--out", out.toString());
    }

    requireRun(
        python,
        script.toString(),
        "compare",
        checkpoint.toString(),
        out.resolve("pytorch_model.bin").toString());
    JsonNode found = new ObjectMapper().readTree(folder.resolve("output").toFile());
    assertThat(found.get("tensors").intValue()).isEqualTo(101);
    assertThat(found.get("matrices").intValue()).isEqualTo(39);
    assertThat(found.get("others_equal").booleanValue()).isTrue();
    assertThat(found.get("error").doubleValue()).isCloseTo(0.09, within(0.05));
  }

  private void requireRun(String program, String... arguments) throws Exception {
    boolean ended = run(program, arguments);
    assertThat(ended).as(Files.readString(folder.resolve("errors"))).isTrue();
  }

  /** Whether a program ends well; what it prints is in the files "output" and "errors". */
  private boolean run(String program, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.add(0, program);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(folder.resolve("output").toFile())
              .redirectError(folder.resolve("errors").toFile())
              .start();
    } catch (IOException e) {
      return false;
    }
    try {
      return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }
}
