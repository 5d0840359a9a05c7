package io.luntra.jobs.export;

import java.util.regex.Pattern;

/**
 * Text of others as Markdown that shows it as it is: what could begin markup, HTML, a formula or a
 * block is written as a character reference, which CommonMark takes as text.
 */
final class MarkdownText {
  private static final Pattern MARKUP =
      Pattern.compile("(?m)[&<>\\\\`*_\\[\\]{}()#|~$@!]|:(?=//)|^[-+=0-9]");
  private static final Pattern LINE_START = Pattern.compile("(?m)^[ \\t]+");

  private MarkdownText() {}

  /** A paragraph or several. */
  static String prose(String text) {
    return MARKUP
        .matcher(LINE_START.matcher(text).replaceAll(""))
        .replaceAll(found -> "&#" + (int) found.group().charAt(0) + ";");
  }

  /** The same on one line, for a heading or a cell of a table. */
  static String line(String text) {
    return prose(text.replaceAll("\\s+", " "));
  }
}
