package io.luntra.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeManifestIT {
  @Test
  void sixHundredAndFortyThousandBlobsFitIntoAHeapOf256Megabytes(@TempDir Path folder)
      throws Exception {
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                LargeManifest.class.getName(),
                folder.resolve("manifest").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log, StandardCharsets.UTF_8).strip();
    assertThat(process.exitValue()).as(output).isZero();
    Map<String, Long> figures =
        Arrays.stream(output.split(" "))
            .map(figure -> figure.split("="))
            .collect(Collectors.toMap(figure -> figure[0], figure -> Long.valueOf(figure[1])));
    assertThat(figures).containsEntry("blobs", 640_000L).containsEntry("rootBlobs", 1L);
    assertThat(figures.get("manifestBlobs")).isLessThan(640);
    System.out.println(output);
  }
}
