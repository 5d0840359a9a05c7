package io.luntra.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JSON in the one form of RFC 8785: keys in the order of their UTF-16 units, no white space, the
 * shortest escapes, UTF-8. Of numbers it knows integers up to 2^53 - 1.
 */
public final class CanonicalJson {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_DIGITS = 17;

  private static final ObjectMapper MAPPER = mapper();

  private CanonicalJson() {}

  private static ObjectMapper mapper() {
    JsonFactory factory =
        new JsonFactoryBuilder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxStringLength(ManifestLimits.MAX_PART_BYTES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();
    return new ObjectMapper(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /**
   * Parses JSON of any form.
   *
   * @throws InvalidInputException when it is none, or nested too deep
   */
  public static JsonNode parse(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new InvalidInputException("Not JSON: " + e.getMessage(), e);
    }
  }

  /** Refuses bytes that say the same in another form. */
  public static void requireSame(byte[] found, byte[] canonical) {
    int at = Arrays.mismatch(found, canonical);
    if (at >= 0) {
      throw new InvalidInputException("Not canonical JSON from byte " + at + " on");
    }
  }

  /** The one form of this node. */
  public static byte[] write(JsonNode node) {
    StringBuilder out = new StringBuilder();
    append(out, node);
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(out));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("Text with half a surrogate pair has no UTF-8 form", e);
    }
  }

  private static void append(StringBuilder out, JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        names.sort(null);
        char separator = '{';
        for (String name : names) {
          out.append(separator);
          append(out, name);
          append(out.append(':'), node.get(name));
          separator = ',';
        }
        out.append(names.isEmpty() ? "{}" : "}");
      }
      case ARRAY -> {
        char separator = '[';
        for (JsonNode element : node) {
          append(out.append(separator), element);
          separator = ',';
        }
        out.append(node.isEmpty() ? "[]" : "]");
      }
      case NUMBER -> out.append(node.longValue());
      case STRING -> append(out, node.textValue());
      default -> throw new IllegalStateException("Nothing here writes " + node.getNodeType());
    }
  }

  /** RFC 8785, section 3.2.2.2. */
  private static void append(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append((char) ('0' + (c >> 4)));
            out.append(Character.forDigit(c & 0xf, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
