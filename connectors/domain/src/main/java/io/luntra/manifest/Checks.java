package io.luntra.manifest;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.util.regex.Pattern;

/** Checks of single values. */
final class Checks {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,47}");

  private Checks() {}

  static void range(String what, long value, long min, long max) {
    if (value < min || value > max) {
      throw new InvalidInputException("%s is %d, not in %d to %d".formatted(what, value, min, max));
    }
  }

  static void word(String what, String value) {
    if (!WORD.matcher(value).matches()) {
      throw new InvalidInputException(
          "%s \"%s\" does not match %s"
              .formatted(what, ForeignText.printable(value), WORD.pattern()));
    }
  }

  static void equal(String what, Object found, Object expected) {
    if (!found.equals(expected)) {
      throw new InvalidInputException("%s is %s, expected %s".formatted(what, found, expected));
    }
  }
}
