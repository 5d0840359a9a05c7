package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose release is meant: anyone may publish under any name. */
final class PublisherOption {
  @Option(
      names = "--publisher",
      paramLabel = "ADDRESS",
      description =
          "Address of the publisher. Needed where several have published a release of this name.")
  private String publisher;

  Optional<String> address() {
    if (publisher != null && !publisher.matches("0x[0-9a-fA-F]{40}")) {
      throw new InvalidInputException(
          "--publisher: expected 0x and 40 hex digits, found \"" + publisher + "\"");
    }
    return Optional.ofNullable(publisher).map(address -> address.toLowerCase(Locale.ROOT));
  }
}
