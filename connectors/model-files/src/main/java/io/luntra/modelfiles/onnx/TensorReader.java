package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.WireReader.FIXED32;
import static io.luntra.modelfiles.onnx.WireReader.FIXED64;
import static io.luntra.modelfiles.onnx.WireReader.LENGTH;
import static io.luntra.modelfiles.onnx.WireReader.VARINT;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.onnx.StoredTensor.ExternalRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads one TensorProto; values are passed over, and counted where they are varints. */
final class TensorReader {
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int SEGMENT = 3;
  private static final int NAME = 8;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int EXTERNAL = 1;

  private final WireReader in;
  private final ReaderLimits limits;
  private final long start;
  private final long end;
  private final List<Long> shape = new ArrayList<>();
  private final Map<String, String> externalData = new HashMap<>();
  private Long type;
  private String name;
  private Long location;
  private int dataField;
  private long dataCount;
  private int runs;
  private long runOffset;
  private long runLength;

  TensorReader(WireReader in, ReaderLimits limits, long end) {
    this.in = in;
    this.limits = limits;
    this.start = in.position();
    this.end = end;
  }

  /**
   * @throws InvalidInputException when the message is malformed, or says one thing twice
   */
  StoredTensor read() throws IOException {
    while (in.position() < end) {
      long at = in.position();
      int tag = in.tag(end);
      int field = tag >>> 3;
      int wire = tag & 7;
      if (!Message.TENSOR.allows(field, wire)) {
        throw in.invalid(at, "field %d of a tensor has wire type %d".formatted(field, wire));
      }
      readField(at, field, wire);
    }
    boolean external = location != null && location == EXTERNAL;
    if (external && dataField != 0) {
      throw in.invalid(
          start,
          "has external data and values in %s; expected one".formatted(fieldName(dataField)));
    }
    return new StoredTensor(
        start,
        name == null ? "" : name,
        type == null ? 0 : type,
        List.copyOf(shape),
        dataField,
        dataCount,
        runOffset,
        runs == 1 ? runLength : -1,
        external ? externalRange() : null);
  }

  private void readField(long at, int field, int wire) throws IOException {
    switch (field) {
      case DIMS -> readDims(at, wire);
      case DATA_TYPE -> type = once(at, type, in.varint(end), "data_type");
      case SEGMENT -> throw in.invalid(at, "is stored in segments, which no ONNX runtime reads");
      case NAME -> {
        name = once(at, name, in.text(end, "name", limits.textBytes()), "name");
        in.tensor("tensor '" + ForeignText.printable(name) + "'");
      }
      case EXTERNAL_DATA -> readExternalEntry();
      case DATA_LOCATION -> location = once(at, location, in.varint(end), "data_location");
      case StoredTensor.RAW_DATA -> {
        long bytes = in.fieldLength(end, "raw_data");
        if (dataField == field) {
          throw in.invalid(at, "has raw_data twice");
        }
        data(at, field, bytes, in.position(), bytes);
        in.skipTo(in.position() + bytes);
      }
      case ElementType.FLOAT_DATA -> readFixed(at, field, wire, FIXED32, Float.BYTES);
      case ElementType.DOUBLE_DATA -> readFixed(at, field, wire, FIXED64, Double.BYTES);
      case ElementType.INT32_DATA, ElementType.INT64_DATA, ElementType.UINT64_DATA ->
          readVarints(at, field, wire);
      case ElementType.STRING_DATA -> {
        in.skipValue(wire, end, "string_data");
        data(at, field, 1, 0, -1);
      }
      default -> in.skipValue(wire, end, "field " + field);
    }
  }

  private void readDims(long at, int wire) throws IOException {
    long stop = end;
    if (wire == LENGTH) {
      long bytes = in.fieldLength(end, "dims");
      stop = in.position() + bytes;
    }
    while (wire == VARINT || in.position() < stop) {
      long dimension = in.varint(stop);
      if (dimension < 0) {
        throw in.invalid(at, "has dimension " + dimension + "; expected 0 or more");
      }
      if (shape.size() == limits.rank()) {
        throw in.invalid(at, "has more than %d dimensions".formatted(limits.rank()));
      }
      shape.add(dimension);
      if (wire == VARINT) {
        return;
      }
    }
  }

  private void readFixed(long at, int field, int wire, int single, int width) throws IOException {
    if (wire == single) {
      in.skipValue(wire, end, fieldName(field));
      data(at, field, 1, 0, -1);
      return;
    }
    long bytes = in.fieldLength(end, fieldName(field));
    if (bytes % width != 0) {
      throw in.invalid(
          at,
          "%s of %d bytes; expected a multiple of %d".formatted(fieldName(field), bytes, width));
    }
    data(at, field, bytes / width, in.position(), bytes);
    in.skipTo(in.position() + bytes);
  }

  private void readVarints(long at, int field, int wire) throws IOException {
    if (wire == VARINT) {
      in.varint(end);
      data(at, field, 1, 0, -1);
      return;
    }
    long bytes = in.fieldLength(end, fieldName(field));
    long stop = in.position() + bytes;
    long count = 0;
    while (in.position() < stop) {
      in.varint(stop);
      count++;
    }
    data(at, field, count, 0, -1);
  }

  /** Takes note of values; a field without any is as good as absent. */
  private void data(long at, int field, long count, long offset, long length) {
    if (count == 0) {
      return;
    }
    if (dataField != 0 && dataField != field) {
      throw in.invalid(
          at,
          "has values in %s and in %s; expected one"
              .formatted(fieldName(dataField), fieldName(field)));
    }
    dataField = field;
    dataCount += count;
    runs = length < 0 ? 2 : Math.min(2, runs + 1);
    runOffset = offset;
    runLength = length;
  }

  private void readExternalEntry() throws IOException {
    long at = in.position();
    long bytes = in.fieldLength(end, "external_data");
    long stop = in.position() + bytes;
    String key = "";
    String value = "";
    while (in.position() < stop) {
      int tag = in.tag(stop);
      switch (tag) {
        case 1 << 3 | LENGTH -> key = in.text(stop, "external_data key", limits.textBytes());
        case 2 << 3 | LENGTH -> value = in.text(stop, "external_data value", limits.textBytes());
        default -> in.skipValue(tag & 7, stop, "field " + (tag >>> 3) + " of external_data");
      }
    }
    boolean known = key.equals("location") || key.equals("offset") || key.equals("length");
    if (known && externalData.put(key, value) != null) {
      throw in.invalid(at, "has external_data " + key + " twice");
    }
  }

  private ExternalRange externalRange() {
    String file = externalData.get("location");
    if (file == null) {
      throw in.invalid(start, "is external, and has no external_data location");
    }
    Long offset = number("offset");
    return new ExternalRange(file, offset == null ? 0 : offset, number("length"));
  }

  private Long number(String key) {
    String text = externalData.get(key);
    if (text == null) {
      return null;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new InvalidInputException(badNumber(key, text).getMessage(), e);
    }
    throw badNumber(key, text);
  }

  private InvalidInputException badNumber(String key, String text) {
    return in.invalid(
        start,
        "external_data %s is \"%s\"; expected a number of bytes"
            .formatted(key, ForeignText.printable(text)));
  }

  private <T> T once(long at, T before, T value, String field) {
    if (before != null) {
      throw in.invalid(at, "has " + field + " twice");
    }
    return value;
  }

  static String fieldName(int field) {
    return switch (field) {
      case ElementType.FLOAT_DATA -> "float_data";
      case ElementType.INT32_DATA -> "int32_data";
      case ElementType.STRING_DATA -> "string_data";
      case ElementType.INT64_DATA -> "int64_data";
      case StoredTensor.RAW_DATA -> "raw_data";
      case ElementType.DOUBLE_DATA -> "double_data";
      case ElementType.UINT64_DATA -> "uint64_data";
      default -> "field " + field;
    };
  }
}
