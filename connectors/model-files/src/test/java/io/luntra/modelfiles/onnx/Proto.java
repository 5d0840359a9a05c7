package io.luntra.modelfiles.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes the protobuf wire format, rules and all left to the caller. */
public final class Proto {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A model of ir_version 8 with one operator set and the graph given. */
  public static Proto model(Proto graph) {
    return new Proto()
        .varint(1, 8)
        .text(2, "luntra-test")
        .message(7, graph)
        .message(8, new Proto().text(1, "").varint(2, 17));
  }

  /** A tensor without values. */
  public static Proto tensor(String name, int type, long... shape) {
    Proto tensor = new Proto();
    for (long dimension : shape) {
      tensor.varint(1, dimension);
    }
    return tensor.varint(2, type).text(8, name);
  }

  /** A FLOAT tensor whose values lie in another file. */
  public static Proto external(String name, String location, String offset, long... shape) {
    return tensor(name, 1, shape)
        .message(13, new Proto().text(1, "location").text(2, location))
        .message(13, new Proto().text(1, "offset").text(2, offset))
        .varint(14, 1);
  }

  public static byte[] floats(int count) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      buffer.putFloat(i * 0.25f - 1);
    }
    return buffer.array();
  }

  public Proto varint(int field, long value) {
    return raw((long) field << 3).raw(value);
  }

  public Proto fixed32(int field, int value) {
    raw(((long) field << 3) | 5);
    return append(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  public Proto bytes(int field, byte[] value) {
    return raw(((long) field << 3) | 2).raw(value.length).append(value);
  }

  public Proto text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  public Proto message(int field, Proto value) {
    return bytes(field, value.toBytes());
  }

  /** A bare varint. */
  public Proto raw(long value) {
    while ((value & ~0x7fL) != 0) {
      out.write((int) ((value & 0x7f) | 0x80));
      value >>>= 7;
    }
    out.write((int) value);
    return this;
  }

  public Proto append(byte[] value) {
    out.writeBytes(value);
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }
}
