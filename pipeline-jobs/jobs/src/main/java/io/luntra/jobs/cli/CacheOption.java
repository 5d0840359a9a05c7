package io.luntra.jobs.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where events of final blocks are kept. */
final class CacheOption {
  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder that keeps the contracts' events, so that a next run reads new blocks only."
              + " Default: luntra below XDG_CACHE_HOME or ~/.cache.")
  private Path folder;

  Path folder() {
    if (folder != null) {
      return folder;
    }
    String base = System.getenv("XDG_CACHE_HOME");
    return (base != null && Path.of(base).isAbsolute()
            ? Path.of(base)
            : Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("luntra");
  }
}
