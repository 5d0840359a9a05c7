package io.luntra.jobs.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.failure.VerificationException;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A buyer: a process of its own with an empty home, an empty environment and an empty working
 * folder, which knows three addresses and the name of a release.
 */
final class FetchProcess {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> PASSED_ON = List.of("luntra.terminal", "luntra.kzg.precompute");

  private FetchProcess() {}

  /** What the buyer got. */
  record Fetched(Path file, boolean verified) {}

  /**
   * Runs {@code luntra fetch}.
   *
   * @param home an empty folder, which takes the files, too
   * @param parentFolder where the files of the release's parent are, if the buyer has them
   * @throws VerificationException when it ends with another exit code than 0
   */
  static Fetched run(
      ReleaseName name,
      URI rpc,
      URI beacon,
      String registry,
      Path home,
      Optional<Path> parentFolder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-Duser.home=" + home);
    for (String property : PASSED_ON) {
      if (System.getProperty(property) != null) {
        command.add("-D" + property + "=" + System.getProperty(property));
      }
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "io.luntra.jobs.cli.Luntra",
            "fetch",
            name.toString(),
            "--rpc",
            rpc.toString(),
            "--beacon",
            beacon.toString(),
            "--registry",
            registry,
            "--out",
            home.resolve("model").toString(),
            "--json"));
    parentFolder.ifPresent(folder -> command.addAll(List.of("--parent-dir", folder.toString())));
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().clear();
    builder.environment().put("HOME", home.toString());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      byte[] output = process.getInputStream().readAllBytes();
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        throw new VerificationException(
            "Fetching %s failed with exit code %d".formatted(name, exitCode));
      }
      JsonNode release = JSON.readTree(output).path("releases").path(0);
      Path file = Path.of(release.path("files").path(0).path("path").asText());
      if (!Files.isRegularFile(file)) {
        throw new VerificationException("Fetching %s wrote no file".formatted(name));
      }
      return new Fetched(file, release.path("verified").asBoolean());
    } finally {
      process.destroyForcibly();
    }
  }
}
