package io.luntra.jobs.cli;

import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where staged releases are, and the journal of what became of them. */
final class SinkLocations {
  @Option(
      names = "--staging",
      paramLabel = "DIR",
      defaultValue = ".luntra/staging",
      description = "Staging store, a path or URI that Flink can use. Default: ${DEFAULT-VALUE}.")
  private String staging;

  @Option(
      names = "--journal",
      paramLabel = "FILE|URL",
      defaultValue = ".luntra/journal",
      description =
          "Journal of what was signed and sent: a file on this host, or jdbc:postgresql://HOST/DB,"
              + " with user and password in LUNTRA_JOURNAL_USER and LUNTRA_JOURNAL_PASSWORD. Keep"
              + " it: it is how a restart knows what is under way. Default: ${DEFAULT-VALUE}.")
  private String journal;

  String staging() {
    return staging;
  }

  /** JDBC URL of the journal; its folder is made where it is a file. */
  String journalUrl() {
    if (journal.startsWith("jdbc:")) {
      return journal;
    }
    Path file = Path.of(journal).toAbsolutePath();
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new InvalidInputException(
          "--journal: the folder of %s can't be made".formatted(file), e);
    }
    return JdbcJournal.embeddedUrl(file);
  }
}
