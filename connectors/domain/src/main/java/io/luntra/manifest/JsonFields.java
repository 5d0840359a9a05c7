package io.luntra.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/**
 * The fields of an untrusted JSON object, each of the one type that it may have; anything else is
 * an {@link InvalidInputException}.
 */
public final class JsonFields {
  private final JsonNode node;
  private final Set<String> taken = new HashSet<>();

  public JsonFields(JsonNode node) {
    if (!node.isObject()) {
      throw new InvalidInputException("Expected an object, found " + node.getNodeType());
    }
    this.node = node;
  }

  public String text(String name) {
    JsonNode value = value(name);
    if (!value.isTextual()) {
      throw wrongType(name, "text", value);
    }
    return value.textValue();
  }

  /** Text that need not be there; null then. */
  String optionalText(String name) {
    return node.has(name) ? text(name) : null;
  }

  public JsonFields object(String name) {
    return new JsonFields(value(name));
  }

  /** An object that need not be there; null then. */
  public JsonFields optionalObject(String name) {
    return node.has(name) ? new JsonFields(value(name)) : null;
  }

  /** An array that need not be there; null then. */
  JsonNode optionalArray(String name) {
    return node.has(name) ? array(name) : null;
  }

  /** 0 to 2^53 - 1. */
  public long integer(String name) {
    return integer(name, value(name));
  }

  /** 0 to 2^31 - 1. */
  public int int32(String name) {
    return toInt32(name, integer(name));
  }

  public JsonNode array(String name) {
    JsonNode value = value(name);
    if (!value.isArray()) {
      throw wrongType(name, "an array", value);
    }
    return value;
  }

  /** Call after everything known was taken. */
  public void requireNoOthers() {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!taken.contains(name)) {
        throw new InvalidInputException(
            "Unknown field \"%s\"".formatted(ForeignText.printable(name)));
      }
    }
  }

  static long integer(String name, JsonNode value) {
    if (!value.isIntegralNumber()) {
      throw wrongType(name, "an integer", value);
    }
    if (!value.canConvertToLong()) {
      throw new InvalidInputException(name + " is too large");
    }
    Checks.range(name, value.longValue(), 0, ManifestLimits.MAX_INTEGER);
    return value.longValue();
  }

  static int toInt32(String name, long value) {
    Checks.range(name, value, 0, Integer.MAX_VALUE);
    return (int) value;
  }

  private JsonNode value(String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new InvalidInputException("Field \"" + name + "\" is missing");
    }
    taken.add(name);
    return value;
  }

  private static InvalidInputException wrongType(String name, String expected, JsonNode value) {
    return new InvalidInputException(
        "%s: expected %s, found %s".formatted(name, expected, value.getNodeType()));
  }
}
