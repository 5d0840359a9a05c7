package io.luntra.devnet;

import io.luntra.failure.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Finds the native anvil; npm's wrapper would leave it running when killed. */
final class AnvilBinary {
  private static final String HINT =
      "run mvn -pl contracts package, which runs npm ci, or name the binary by the system property"
          + " luntra.anvil or the environment variable LUNTRA_ANVIL";

  private final UnaryOperator<String> properties;
  private final UnaryOperator<String> environment;

  /** Both functions give null for what is not set. */
  AnvilBinary(UnaryOperator<String> properties, UnaryOperator<String> environment) {
    this.properties = properties;
    this.environment = environment;
  }

  static Path locate() {
    return new AnvilBinary(System::getProperty, System::getenv).find();
  }

  Path find() {
    String property = properties.apply("luntra.anvil");
    if (property != null) {
      return named(property, "system property luntra.anvil");
    }
    String variable = environment.apply("LUNTRA_ANVIL");
    if (variable != null && !variable.isEmpty()) {
      return named(variable, "environment variable LUNTRA_ANVIL");
    }
    Path place = placeInRepository();
    return upwardFrom(properties.apply("user.dir"), place)
        .or(() -> upwardFrom(properties.apply("luntra.home"), place))
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "No anvil: expected %s in %s or a folder above it, found none; %s"
                        .formatted(place, properties.apply("user.dir"), HINT)));
  }

  private static Path named(String path, String source) {
    Path file = Path.of(path);
    if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
      throw new InvalidInputException(
          "No anvil: expected an executable file at %s (%s), found none; %s"
              .formatted(file, source, HINT));
    }
    return file;
  }

  private Path placeInRepository() {
    String system = properties.apply("os.name").toLowerCase(Locale.ROOT);
    String os =
        system.startsWith("linux")
            ? "linux"
            : system.startsWith("mac") ? "darwin" : system.startsWith("win") ? "win32" : system;
    String machine = properties.apply("os.arch").toLowerCase(Locale.ROOT);
    String arch =
        switch (machine) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> machine;
        };
    return Path.of(
        "contracts",
        "node_modules",
        "@foundry-rs",
        "anvil-" + os + "-" + arch,
        "bin",
        os.equals("win32") ? "anvil.exe" : "anvil");
  }

  private static Optional<Path> upwardFrom(String start, Path place) {
    if (start == null) {
      return Optional.empty();
    }
    for (Path folder = Path.of(start).toAbsolutePath();
        folder != null;
        folder = folder.getParent()) {
      Path file = folder.resolve(place);
      if (Files.isRegularFile(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
