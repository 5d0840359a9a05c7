package io.luntra.modelfiles.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.util.List;

/** Fields of protobuf messages whose classes are not at hand, by their wire format. */
final class WireFields {
  private WireFields() {}

  static UnknownFieldSet parse(ByteString bytes) throws IOException {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException("not an ONNX model, or truncated: " + e.getMessage(), e);
    }
  }

  static Field number(long number) {
    return Field.newBuilder().addVarint(number).build();
  }

  static Field texts(List<String> texts) {
    Field.Builder field = Field.newBuilder();
    texts.forEach(text -> field.addLengthDelimited(ByteString.copyFromUtf8(text)));
    return field.build();
  }

  static List<String> strings(UnknownFieldSet fields, int number) {
    return fields.getField(number).getLengthDelimitedList().stream()
        .map(ByteString::toStringUtf8)
        .toList();
  }

  static String text(UnknownFieldSet fields, int number) {
    List<String> all = strings(fields, number);
    return all.isEmpty() ? "" : all.get(all.size() - 1);
  }
}
