package io.luntra.manifest;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of SPDX licence expressions (SPDX specification 2.3, annex D): that brackets match
 * and operators stand between ids. Whether an id is on SPDX's list is not looked up.
 */
final class LicenseExpression {
  private static final int MAX_LENGTH = 256;
  private static final Pattern TOKEN = Pattern.compile("\\G *([()]|[A-Za-z0-9.:+-]+)");
  private static final String ID = "[A-Za-z0-9][A-Za-z0-9.-]*";
  private static final Pattern LICENSE =
      Pattern.compile("(DocumentRef-%1$s:)?LicenseRef-%1$s|%1$s\\+?".formatted(ID));
  private static final Pattern EXCEPTION = Pattern.compile(ID);
  private static final Pattern OPERATOR = Pattern.compile("AND|OR|WITH");

  private final Deque<String> tokens = new ArrayDeque<>();
  private final String text;

  private LicenseExpression(String text) {
    this.text = text;
  }

  /**
   * Checks an expression of 1 to 256 characters.
   *
   * @throws InvalidInputException when it is none
   */
  static void check(String text) {
    Checks.range("Length of license", text.length(), 1, MAX_LENGTH);
    LicenseExpression expression = new LicenseExpression(text);
    Matcher token = TOKEN.matcher(text);
    int end = 0;
    while (token.find()) {
      expression.tokens.add(token.group(1));
      end = token.end();
    }
    if (end < text.length()) {
      throw expression.wrong("no such character", text.substring(end, end + 1));
    }
    expression.compound();
    if (!expression.tokens.isEmpty()) {
      throw expression.wrong("AND, OR, WITH or the end", expression.tokens.peek());
    }
  }

  private void compound() {
    while (true) {
      simple();
      String next = tokens.peek();
      if (!"AND".equals(next) && !"OR".equals(next)) {
        return;
      }
      tokens.remove();
    }
  }

  private void simple() {
    if ("(".equals(tokens.peek())) {
      tokens.remove();
      compound();
      take(Pattern.compile("\\)"), "\")\"");
      return;
    }
    take(LICENSE, "a licence id");
    if ("WITH".equals(tokens.peek())) {
      tokens.remove();
      take(EXCEPTION, "the id of an exception");
    }
  }

  private void take(Pattern pattern, String expected) {
    String token = tokens.poll();
    if (token == null || !pattern.matcher(token).matches() || OPERATOR.matcher(token).matches()) {
      throw wrong(expected, token == null ? "its end" : token);
    }
  }

  private InvalidInputException wrong(String expected, String found) {
    return new InvalidInputException(
        ("license: \"%s\" is no SPDX licence expression, such as Apache-2.0, MIT OR Apache-2.0 or"
                + " LicenseRef-NAME: expected %s, found %s")
            .formatted(ForeignText.printable(text), expected, ForeignText.printable(found)));
  }
}
