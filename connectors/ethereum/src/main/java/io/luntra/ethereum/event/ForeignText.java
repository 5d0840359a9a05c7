package io.luntra.ethereum.event;

import java.util.regex.Pattern;

/** Texts of strangers, from chain or web. */
public final class ForeignText {
  private static final int MAX_SHOWN = 300;

  /**
   * Controls, escapes, characters that change the direction of what follows or have no shape of
   * their own, and line ends of Unicode.
   */
  private static final Pattern UNSAFE = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

  private ForeignText() {}

  /** What a terminal can show in one line: each unsafe character as '?', at most 300 in all. */
  public static String printable(String text) {
    String head = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    return UNSAFE.matcher(head).replaceAll("?");
  }
}
