package io.luntra.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Limits of a record's texts and lists, and lists as JSON. */
final class RecordChecks {
  private static final int MAX_LINE = 256;
  private static final int MAX_PROSE = 4096;
  private static final int MAX_URI = 1024;
  private static final Pattern URI =
      Pattern.compile(
          "[A-Za-z][A-Za-z0-9+.-]{0,31}:([A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** What moves a terminal's cursor, or shows text in another order than it has. */
  private static final Pattern UNPRINTABLE =
      Pattern.compile(
          "[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
              + "\\ufeff\\ufffe\\uffff&&[^\\n\\t]]");

  private RecordChecks() {}

  /** Text of one line. */
  static void line(String what, String text) {
    text(what, text, MAX_LINE);
    if (text.indexOf('\n') >= 0 || text.indexOf('\t') >= 0) {
      throw new InvalidInputException(what + ": expected one line, found several or a tab");
    }
  }

  /** Text of any number of lines. */
  static void prose(String what, String text) {
    text(what, text, MAX_PROSE);
  }

  private static void text(String what, String text, int most) {
    Checks.range("Length of " + what, text.length(), 1, most);
    if (!text.equals(text.strip())) {
      throw new InvalidInputException(what + ": starts or ends with white space");
    }
    var unprintable = UNPRINTABLE.matcher(text);
    if (unprintable.find()) {
      throw new InvalidInputException(
          "%s: character U+%04X at %d is not allowed"
              .formatted(what, (int) text.charAt(unprintable.start()), unprintable.start()));
    }
  }

  static void uri(String what, String text) {
    if (text.length() > MAX_URI || !URI.matcher(text).matches()) {
      throw new InvalidInputException(
          "%s: \"%s\" is no URI in ASCII with a scheme, of at most 1024 characters"
              .formatted(what, ForeignText.printable(text)));
    }
  }

  static void matches(String what, String text, Pattern pattern) {
    if (!pattern.matcher(text).matches()) {
      throw new InvalidInputException(
          "%s: \"%s\" does not match %s".formatted(what, ForeignText.printable(text), pattern));
    }
  }

  static <T> List<T> list(String what, List<T> values, int most) {
    Checks.range("Number of " + what, values.size(), 0, most);
    return List.copyOf(values);
  }

  static List<String> distinct(String what, List<String> values, int most) {
    Set<String> found = new HashSet<>();
    for (String value : list(what, values, most)) {
      if (!found.add(value)) {
        throw new InvalidInputException(
            "%s: \"%s\" stands there twice".formatted(what, ForeignText.printable(value)));
      }
    }
    return List.copyOf(values);
  }

  static Bytes32 hash(JsonFields json, String name) {
    String text = json.text(name);
    if (!HASH.matcher(text).matches()) {
      throw new InvalidInputException(
          "%s: expected 64 lower-case hex digits, found \"%s\""
              .formatted(name, ForeignText.printable(text)));
    }
    return Bytes32.fromHex(text);
  }

  static List<String> texts(JsonFields json, String name, int most) {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : array(json, name, most)) {
      if (!node.isTextual()) {
        throw new InvalidInputException(
            "%s: expected texts, found %s".formatted(name, node.getNodeType()));
      }
      texts.add(node.textValue());
    }
    return texts;
  }

  static <T> List<T> read(JsonFields json, String name, int most, Function<JsonFields, T> element) {
    List<T> values = new ArrayList<>();
    for (JsonNode node : array(json, name, most)) {
      try {
        values.add(element.apply(new JsonFields(node)));
      } catch (InvalidInputException e) {
        throw new InvalidInputException(
            "%s, number %d: %s".formatted(name, values.size() + 1, e.getMessage()), e);
      }
    }
    return values;
  }

  private static Iterable<JsonNode> array(JsonFields json, String name, int most) {
    JsonNode array = json.optionalArray(name);
    if (array == null) {
      return List.of();
    }
    Checks.range("Number of " + name, array.size(), 1, most);
    return array;
  }

  static void write(ObjectNode json, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode array = json.putArray(name);
      texts.forEach(array::add);
    }
  }

  static <T> void write(
      ObjectNode json, String name, List<T> values, BiConsumer<T, ObjectNode> element) {
    if (!values.isEmpty()) {
      ArrayNode array = json.putArray(name);
      values.forEach(value -> element.accept(value, array.addObject()));
    }
  }
}
