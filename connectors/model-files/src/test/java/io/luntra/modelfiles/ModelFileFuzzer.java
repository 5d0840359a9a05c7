package io.luntra.modelfiles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a coverage-guided fuzzer runs: {@code mvn test -DskipTests -Pfuzz -pl connectors/model-files
 * -am -Dfuzz.format=onnx -Dfuzz.seconds=600}, formats as the folders of the corpus are called. What
 * it finds worth keeping goes there, and {@link FuzzCorpusTest} replays it.
 */
public final class ModelFileFuzzer {
  private static HostileFiles.Format format;
  private static HostileFiles files;

  private ModelFileFuzzer() {}

  /** Takes the format's name; called once. */
  public static void fuzzerInitialize(String[] arguments) throws IOException {
    format = HostileFiles.Format.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    Path memory = Path.of("/dev/shm");
    Path parent = Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
    files = HostileFiles.in(Files.createTempDirectory(parent, "luntra-fuzz"));
  }

  /** Takes one input. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    files.check(format, bytes);
  }
}
