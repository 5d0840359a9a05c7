package io.luntra.jobs.cli;

import java.util.regex.Pattern;

/** Text of strangers, made safe for a terminal. */
final class TerminalText {
  /**
   * Controls, escapes, characters that change the direction of what follows or have no shape of
   * their own, line ends of Unicode, and the character that escapes begin with.
   */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\\\\]");

  private TerminalText() {}

  /** The text in one line, each unsafe character as in a Java string: \\u001b. */
  static String escaped(String text) {
    return UNSAFE
        .matcher(text)
        .replaceAll(
            match -> {
              StringBuilder escaped = new StringBuilder();
              for (char c : match.group().toCharArray()) {
                escaped.append(c == '\\' ? "\\\\\\\\" : "\\\\u%04x".formatted((int) c));
              }
              return escaped.toString();
            });
  }
}
