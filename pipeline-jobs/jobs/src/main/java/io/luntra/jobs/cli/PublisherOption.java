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
    return address("--publisher", publisher);
  }

  /** The value of an option that takes an address, in lower case; empty where it is not given. */
  static Optional<String> address(String option, String value) {
    if (value != null && !value.matches("0x[0-9a-fA-F]{40}")) {
      throw new InvalidInputException(
          option + ": expected 0x and 40 hex digits, found \"" + value + "\"");
    }
    return Optional.ofNullable(value).map(address -> address.toLowerCase(Locale.ROOT));
  }
}
