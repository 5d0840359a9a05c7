package io.luntra.modelfiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a coverage-guided fuzzer runs: {@code mvn test-compile exec:exec@fuzz -Pfuzz} in this
 * module, with {@code -Dfuzz.format=ONNX} and {@code -Dfuzz.seconds=600}. What it finds worth
 * keeping goes to the corpus that {@link FuzzCorpusTest} replays.
 */
public final class ModelFileFuzzer {
  private static HostileFiles.Format format;
  private static HostileFiles files;

  private ModelFileFuzzer() {}

  /** Takes the format's name; called once. */
  public static void fuzzerInitialize(String[] arguments) throws IOException {
    format = HostileFiles.Format.valueOf(arguments[0]);
    Path memory = Path.of("/dev/shm");
    Path parent = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    files = HostileFiles.in(Files.createTempDirectory(parent, "luntra-fuzz"));
  }

  /** Takes one input. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    files.check(format, bytes);
  }
}
