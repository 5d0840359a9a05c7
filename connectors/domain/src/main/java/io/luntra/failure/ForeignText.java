package io.luntra.failure;

import java.util.regex.Pattern;

/** Texts of strangers, from chain, file or web, made safe for a terminal. */
public final class ForeignText {
  private static final int MAX_SHOWN = 300;

  /**
   * Controls, escapes, characters that change the direction of what follows or have no shape of
   * their own, line ends of Unicode, and the character that escapes begin with.
   */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}\\\\]");

  private ForeignText() {}

  /** One line: the first 300 characters, each unsafe one as in a Java string: \\u001b. */
  public static String printable(String text) {
    String head = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    return UNSAFE
        .matcher(head)
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
