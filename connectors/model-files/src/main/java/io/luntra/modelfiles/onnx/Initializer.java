package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.WireFields.number;
import static io.luntra.modelfiles.onnx.WireFields.parse;
import static io.luntra.modelfiles.onnx.WireFields.text;
import static io.luntra.modelfiles.onnx.WireFields.texts;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tensor with a value. */
record Initializer(UnknownFieldSet fields) {
  static final int FLOAT = 1;
  static final int UINT8 = 2;
  static final int INT8 = 3;

  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_FLOATS = 4;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int TENSOR_EXTERNAL = 13;
  private static final int TENSOR_LOCATION = 14;
  private static final int EXTERNAL = 1;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  static Initializer of(String name, int type, List<Long> dims, byte[] values) {
    Field.Builder shape = Field.newBuilder();
    dims.forEach(shape::addVarint);
    UnknownFieldSet.Builder tensor = UnknownFieldSet.newBuilder();
    if (!dims.isEmpty()) {
      tensor.addField(TENSOR_DIMS, shape.build());
    }
    return new Initializer(
        tensor
            .addField(TENSOR_TYPE, number(type))
            .addField(TENSOR_NAME, texts(List.of(name)))
            .addField(
                TENSOR_RAW,
                Field.newBuilder().addLengthDelimited(ByteString.copyFrom(values)).build())
            .build());
  }

  static Initializer ofFloats(String name, List<Long> dims, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return of(name, FLOAT, dims, bytes.array());
  }

  /** The same by another name. */
  Initializer named(String name) {
    return new Initializer(
        fields.toBuilder()
            .clearField(TENSOR_NAME)
            .addField(TENSOR_NAME, texts(List.of(name)))
            .build());
  }

  String name() {
    return text(fields, TENSOR_NAME);
  }

  boolean isFloat() {
    return fields.getField(TENSOR_TYPE).getVarintList().equals(List.of((long) FLOAT));
  }

  boolean isExternal() {
    List<Long> locations = fields.getField(TENSOR_LOCATION).getVarintList();
    return !locations.isEmpty() && locations.get(locations.size() - 1) == EXTERNAL;
  }

  /** Whether there are as many values as its shape says; the reader checks initializers only. */
  boolean holds(int values) throws IOException {
    long elements = 1;
    for (long dimension : dims()) {
      if (dimension < 0 || dimension > values || elements > values) {
        return false;
      }
      elements *= dimension;
    }
    return elements == values;
  }

  /** What its external data says of itself: location, offset, length. */
  Map<String, String> external() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    for (ByteString entry : fields.getField(TENSOR_EXTERNAL).getLengthDelimitedList()) {
      UnknownFieldSet parsed = parse(entry);
      entries.put(text(parsed, ENTRY_KEY), text(parsed, ENTRY_VALUE));
    }
    return entries;
  }

  /** Bytes of its values as raw data; something above {@code most} where there are more. */
  long rawBytes(long most) throws IOException {
    List<Long> types = fields.getField(TENSOR_TYPE).getVarintList();
    long bits = types.isEmpty() ? 0 : ElementType.of(types.get(types.size() - 1)).bits();
    long elements = 1;
    for (long dimension : dims()) {
      if (dimension < 0 || (dimension > 0 && elements > most * 8 / dimension)) {
        return most + 1;
      }
      elements *= dimension;
    }
    return (elements * bits + 7) / 8;
  }

  /** The same with its values in it. */
  Initializer withValues(byte[] values) {
    return new Initializer(
        fields.toBuilder()
            .clearField(TENSOR_EXTERNAL)
            .clearField(TENSOR_LOCATION)
            .clearField(TENSOR_RAW)
            .addField(
                TENSOR_RAW,
                Field.newBuilder().addLengthDelimited(ByteString.copyFrom(values)).build())
            .build());
  }

  List<Long> dims() throws IOException {
    List<Long> dims = new ArrayList<>(fields.getField(TENSOR_DIMS).getVarintList());
    for (ByteString packed : fields.getField(TENSOR_DIMS).getLengthDelimitedList()) {
      CodedInputStream in = packed.newCodedInput();
      while (!in.isAtEnd()) {
        dims.add(in.readInt64());
      }
    }
    return dims;
  }

  /** Its values, where they are FLOAT in raw or packed form; otherwise none. */
  float[] floats() {
    List<ByteString> runs = new ArrayList<>(fields.getField(TENSOR_RAW).getLengthDelimitedList());
    runs.addAll(fields.getField(TENSOR_FLOATS).getLengthDelimitedList());
    if (runs.size() != 1) {
      return new float[0];
    }
    float[] values = new float[runs.get(0).size() / Float.BYTES];
    runs.get(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
