package io.luntra.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on machines that lack what the build needs. */
class LauncherIT {
  private static final List<String> TOOLS =
      List.of("bash", "dirname", "readlink", "sed", "find", "mkdir", "tee", "grep", "head", "tail");

  @TempDir Path home;
  @TempDir Path path;

  @BeforeEach
  void anUnbuiltCheckout() throws IOException {
    Files.copy(Path.of("..", "..", "luntra"), home.resolve("luntra"));
    Files.createFile(home.resolve("pom.xml"));
    for (String folder : List.of("contracts", "connectors", "pipeline-jobs")) {
      Files.createDirectory(home.resolve(folder));
    }
    for (String tool : TOOLS) {
      executable(tool, "exec " + onThePath(tool) + " \"$@\"");
    }
    executable(
        "java", "exec " + Path.of(System.getProperty("java.home"), "bin", "java") + " \"$@\"");
    // Only asked whether it is there: each test ends before the build.
    executable("mvn", "exit 99");
  }

  private static Path onThePath(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private void executable(String name, String body) throws IOException {
    Path file = Files.writeString(path.resolve(name), "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private void assertRefused(String message) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            path.resolve("bash").toString(), home.resolve("luntra").toString(), "demo");
    builder.environment().clear();
    builder.environment().put("PATH", path.toString());
    Process process = builder.redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(output).isEqualTo("luntra: " + message + "\n");
      assertThat(process.exitValue()).isEqualTo(2);
      assertThat(home.resolve(".luntra")).doesNotExist();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void namesTheMissingNode() throws Exception {
    assertRefused("no node on the PATH: the contracts build needs Node 20 with npm");
  }

  @Test
  void namesTheMissingNpmWhenTheBuildIsStale() throws Exception {
    Path target = Files.createDirectories(home.resolve("pipeline-jobs/jobs/target"));
    Path marker = Files.writeString(target.resolve("luntra.classpath"), "old.jar");
    Files.setLastModifiedTime(marker, FileTime.fromMillis(0));
    executable("node", "exit 99");
    assertRefused("no npm on the PATH: the contracts build needs Node 20 with npm");
  }

  @Test
  void namesTheMissingMaven() throws Exception {
    Files.delete(path.resolve("mvn"));
    assertRefused("no mvn on the PATH: the build needs Maven, version 3.8 or newer");
  }

  @Test
  void namesTheMissingJava() throws Exception {
    Files.delete(path.resolve("java"));
    assertRefused("no java on the PATH: Luntra needs a JDK, version 17 or newer");
  }

  @Test
  void refusesAnOldJava() throws Exception {
    Files.delete(path.resolve("java"));
    executable("java", "echo '    java.specification.version = 11' >&2");
    assertRefused("found Java 11: Luntra needs a JDK, version 17 or newer");
  }
}
