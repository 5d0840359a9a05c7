package io.luntra.jobs.license;

import io.luntra.failure.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whole seconds, as people write them: 90s, 30m, 12h or 365d. */
public final class TimeSpan {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,9})([smhd])");

  /** As many as a license can last. */
  private static final long MAX_SECONDS = 0xffffffffL;

  private TimeSpan() {}

  /**
   * How many seconds a text says.
   *
   * @throws InvalidInputException when it is none, or more than 2^32 - 1 seconds
   */
  public static long seconds(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "expected a time such as 90s, 30m, 12h or 365d, found \"%s\"".formatted(text));
    }
    long unit =
        switch (matcher.group(2)) {
          case "s" -> 1;
          case "m" -> 60;
          case "h" -> 3_600;
          default -> 86_400;
        };
    long seconds = Long.parseLong(matcher.group(1)) * unit;
    if (seconds > MAX_SECONDS) {
      throw new InvalidInputException(
          "%s: expected at most %d seconds".formatted(text, MAX_SECONDS));
    }
    return seconds;
  }

  /** The longest unit that seconds are a whole number of: 86,400 is 1d. */
  public static String text(long seconds) {
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    return seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds + "s";
  }
}
