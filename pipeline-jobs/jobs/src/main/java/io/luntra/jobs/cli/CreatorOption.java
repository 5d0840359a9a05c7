package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose model is meant: anyone may register any name. */
final class CreatorOption {
  @Option(
      names = "--creator",
      paramLabel = "ADDRESS",
      description =
          "Account that registered the model. Needed where several have one of this name.")
  private String creator;

  Optional<String> address() {
    return address("--creator", creator);
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
