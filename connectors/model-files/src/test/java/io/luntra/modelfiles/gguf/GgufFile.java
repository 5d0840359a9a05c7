package io.luntra.modelfiles.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GGUF files, number by number, as ggml's page describes them. */
public final class GgufFile {
  static final int UINT32 = 4;
  static final int STRING = 8;
  static final int ARRAY = 9;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  static GgufFile of(long tensors, long keys) {
    return new GgufFile().raw("GGUF").int32(3).int64(tensors).int64(keys);
  }

  GgufFile raw(String ascii) {
    out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  GgufFile int32(int number) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
    return this;
  }

  GgufFile int64(long number) {
    out.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array());
    return this;
  }

  GgufFile text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int64(utf8.length);
    out.writeBytes(utf8);
    return this;
  }

  GgufFile key(String name, int type) {
    return text(name).int32(type);
  }

  /** With dimensions as GGUF has them, the innermost first. */
  GgufFile tensor(String name, int type, long offset, long... dimensions) {
    text(name).int32(dimensions.length);
    for (long dimension : dimensions) {
      int64(dimension);
    }
    return int32(type).int64(offset);
  }

  GgufFile pad(int alignment) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
    return this;
  }

  GgufFile values(int count) {
    out.writeBytes(new byte[count]);
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** Keys of several types, then tensors of four. */
  public static byte[] model() {
    GgufFile file = of(4, 4).key("general.architecture", STRING).text("llama");
    file.key("general.alignment", UINT32).int32(64);
    file.key("tokens", ARRAY).int32(STRING).int64(2).text("a").text("bc");
    file.key("scores", ARRAY).int32(6).int64(3).int32(0).int32(0).int32(0);
    file.tensor("norm", 0, 0, 8).tensor("q", 8, 64, 64, 2).tensor("k", 12, 256, 256);
    return file.tensor("odd", 99, 448, 7).pad(64).values(448).values(5).bytes();
  }
}
