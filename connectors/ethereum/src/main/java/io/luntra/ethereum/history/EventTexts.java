package io.luntra.ethereum.history;

import io.luntra.ethereum.event.ContractEvent;
import io.luntra.failure.LuntraException;
import java.util.regex.Pattern;

/**
 * Texts that the contracts hold to a form. They are checked again: whatever is at an address that a
 * user gives may emit such events.
 */
final class EventTexts {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._/-]*");
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]+");

  private EventTexts() {}

  static String name(ContractEvent event, String text) {
    return matching(event, text, NAME);
  }

  static String printable(ContractEvent event, String text) {
    return matching(event, text, PRINTABLE);
  }

  private static String matching(ContractEvent event, String text, Pattern form) {
    if (!form.matcher(text).matches()) {
      throw new LuntraException(
          "%s: a text of %d characters does not match %s"
              .formatted(event.where(), text.length(), form.pattern()));
    }
    return text;
  }
}
