package io.luntra.modelfiles.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.StrictJson;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the JSON header of a safetensors file as a stream; what it does not expect, it refuses.
 */
final class SafetensorsHeader {
  private static final int NESTING = 3;
  private static final String METADATA = "__metadata__";

  /**
   * A tensor of the header.
   *
   * @param begin first byte of its values after the header
   * @param end byte after its last
   */
  record Entry(TensorInfo info, long begin, long end) {}

  private final JsonParser json;
  private final ReaderLimits limits;
  private final List<Entry> entries = new ArrayList<>();

  private SafetensorsHeader(JsonParser json, ReaderLimits limits) {
    this.json = json;
    this.limits = limits;
  }

  /**
   * The tensors of a header, in its order.
   *
   * @param in the header and nothing after it
   * @throws InvalidInputException without the file's name
   */
  static List<Entry> read(InputStream in, ReaderLimits limits) throws IOException {
    try (JsonParser json = StrictJson.parser(in, NESTING, limits)) {
      SafetensorsHeader header = new SafetensorsHeader(json, limits);
      header.readObject();
      if (json.nextToken() != null) {
        throw new InvalidInputException("the header goes on after its JSON object");
      }
      return header.entries;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("the header is not JSON: " + e.getOriginalMessage(), e);
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("the header is not UTF-8", e);
    }
  }

  private void readObject() throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      expect(json.currentToken(), JsonToken.FIELD_NAME, "the header");
      String name = json.currentName();
      if (name.equals(METADATA)) {
        readMetadata();
      } else if (entries.size() == limits.tensors()) {
        throw new InvalidInputException("more than %d tensors".formatted(limits.tensors()));
      } else {
        entries.add(readTensor(name));
      }
    }
  }

  private void readMetadata() throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, METADATA);
    long length = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      expect(json.currentToken(), JsonToken.FIELD_NAME, METADATA);
      length += json.currentName().length();
      expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA);
      length += json.getTextLength();
      if (length > limits.metadataBytes()) {
        throw new InvalidInputException(
            "%s of more than %d characters".formatted(METADATA, limits.metadataBytes()));
      }
    }
  }

  private Entry readTensor(String name) throws IOException {
    String where = "tensor '%s'".formatted(ForeignText.printable(name));
    if (name.length() > limits.textBytes()) {
      throw new InvalidInputException(
          "%s: a name of %d characters, expected at most %d"
              .formatted(where, name.length(), limits.textBytes()));
    }
    expect(json.nextToken(), JsonToken.START_OBJECT, where);
    DataType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      expect(json.currentToken(), JsonToken.FIELD_NAME, where);
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "dtype" -> dtype = dtype(where, value);
        case "shape" -> shape = numbers(where + ", shape", value, limits.rank());
        case "data_offsets" -> offsets = numbers(where + ", data_offsets", value, 2);
        default ->
            throw new InvalidInputException(
                "%s: unknown field \"%s\"".formatted(where, ForeignText.printable(field)));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new InvalidInputException(
          where + ": expected dtype, shape and two data_offsets, found not all of them");
    }
    TensorInfo info = new TensorInfo(name, dtype, shape);
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end - begin != info.bytes()) {
      throw new InvalidInputException(
          "%s: data_offsets %d to %d, but %s of shape %s takes %d bytes"
              .formatted(where, begin, end, dtype, shape, info.bytes()));
    }
    return new Entry(info, begin, end);
  }

  private DataType dtype(String where, JsonToken value) throws IOException {
    expect(value, JsonToken.VALUE_STRING, where + ", dtype");
    String word = json.getText();
    return SafetensorsType.of(word)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s: dtype \"%s\" is not known".formatted(where, ForeignText.printable(word))));
  }

  private List<Long> numbers(String where, JsonToken value, int most) throws IOException {
    expect(value, JsonToken.START_ARRAY, where);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
      if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
        throw new InvalidInputException(
            "%s: %s, expected 0 to 2^63 - 1".formatted(where, json.getText()));
      }
      if (numbers.size() == most) {
        throw new InvalidInputException("%s: more than %d numbers".formatted(where, most));
      }
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  private static void expect(JsonToken found, JsonToken expected, String where) {
    if (found != expected) {
      throw new InvalidInputException(
          "%s: expected %s, found %s"
              .formatted(where, expected, found == null ? "the end" : found));
    }
  }
}
