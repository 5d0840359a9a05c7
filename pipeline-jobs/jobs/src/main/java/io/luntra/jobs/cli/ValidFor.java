package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long something is to hold, as users write it. */
final class ValidFor {
  private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,5})([dhm])");

  private ValidFor() {}

  /** Reads a time such as 7d, 12h or 90m. */
  static Duration parse(String option, String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new InvalidInputException(
          "%s: expected a time such as 7d, 12h or 90m, found \"%s\"".formatted(option, text));
    }
    long count = Long.parseLong(time.group(1));
    return switch (time.group(2)) {
      case "d" -> Duration.ofDays(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofMinutes(count);
    };
  }
}
