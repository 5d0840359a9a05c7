package io.luntra.jobs.cli;

import io.luntra.failure.InvalidInputException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them. */
final class ByteSize {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)");

  private static final Map<String, Long> UNITS =
      Map.of(
          "", 1L,
          "B", 1L,
          "kB", 1000L,
          "MB", 1_000_000L,
          "GB", 1_000_000_000L,
          "TB", 1_000_000_000_000L,
          "KiB", 1L << 10,
          "MiB", 1L << 20,
          "GiB", 1L << 30,
          "TiB", 1L << 40);

  private ByteSize() {}

  /**
   * A whole number of bytes, at least 1.
   *
   * @throws InvalidInputException when the text is none
   */
  static long parse(String option, String text) {
    Matcher matcher = FORM.matcher(text.strip());
    Long unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
    if (unit != null) {
      try {
        long bytes =
            new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit)).longValueExact();
        if (bytes > 0) {
          return bytes;
        }
      } catch (ArithmeticException e) {
        throw new InvalidInputException(
            "%s: \"%s\" is no whole number of bytes below 2^63".formatted(option, text), e);
      }
    }
    throw new InvalidInputException(
        "%s: expected a size such as 1200000, 1.2MB or 3GiB, found \"%s\"".formatted(option, text));
  }
}
