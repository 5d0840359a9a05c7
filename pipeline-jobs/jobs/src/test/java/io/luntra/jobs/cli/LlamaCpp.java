package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import de.kherud.llama.LlamaModel;
import de.kherud.llama.ModelParameters;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * llama.cpp in a process of its own: its binding leaves threads attached to the JVM that have
 * ended. A dump of threads crashes on them, and an end without {@code exit} waits for them.
 */
final class LlamaCpp {
  private static final int NO_LIBRARY = 3;

  private LlamaCpp() {}

  /** Whether it can be run here: it needs libgomp, and would end the JVM without AVX2. */
  static boolean isAtHand(Path folder) throws IOException, InterruptedException {
    return Files.readString(Path.of("/proc/cpuinfo")).contains(" avx2 ")
        && run(List.of(), folder) != NO_LIBRARY;
  }

  /**
   * Embeds sentences with a GGUF model: one row of unit length each.
   *
   * @param folder for what the process writes
   */
  static float[][] embed(Path model, List<String> sentences, Path folder)
      throws IOException, InterruptedException {
    Path rows = folder.resolve("rows");
    List<String> arguments = new ArrayList<>(List.of(model.toString(), rows.toString()));
    arguments.addAll(sentences);
    assertThat(run(arguments, folder)).as(Files.readString(folder.resolve("log"))).isZero();
    FloatBuffer values = ByteBuffer.wrap(Files.readAllBytes(rows)).asFloatBuffer();
    float[][] embeddings = new float[sentences.size()][values.remaining() / sentences.size()];
    for (float[] row : embeddings) {
      values.get(row);
    }
    return embeddings;
  }

  private static int run(List<String> arguments, Path folder)
      throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Dde.kherud.llama.tmpdir=" + folder,
                "-classpath",
                System.getProperty("java.class.path"),
                LlamaCpp.class.getName()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Takes a model, the file to write rows to, and sentences; without any, loads the library. */
  public static void main(String[] arguments) throws IOException, ClassNotFoundException {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          thrown.printStackTrace();
          System.exit(thrown instanceof UnsatisfiedLinkError ? NO_LIBRARY : 1);
        });
    if (arguments.length == 0) {
      Class.forName(LlamaModel.class.getName());
      System.exit(0);
    }
    ModelParameters parameters =
        new ModelParameters()
            .setModel(arguments[0])
            .enableEmbedding()
            .setThreads(2)
            .setThreadsBatch(2)
            .setCtxSize(512);
    try (LlamaModel model = new LlamaModel(parameters);
        DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(arguments[1])))) {
      for (String sentence : Arrays.asList(arguments).subList(2, arguments.length)) {
        for (float value : model.embed(sentence)) {
          out.writeFloat(value);
        }
      }
    }
    System.exit(0);
  }
}
