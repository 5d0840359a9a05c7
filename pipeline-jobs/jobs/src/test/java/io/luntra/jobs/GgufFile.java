package io.luntra.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.onnxruntime.platform.Fp16Conversions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes GGUF files of version 3 (docs/gguf.md of ggml). */
public final class GgufFile {
  private static final int ALIGNMENT = 32;
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  /** How values are stored. */
  public enum Type {
    F32(0),
    F16(1),
    /** Blocks of 32: a scale in FP16, and 32 bytes. */
    Q8_0(8);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
  private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
  private final List<byte[]> values = new ArrayList<>();
  private int keyCount;
  private long offset;

  public GgufFile text(String key, String value) {
    key(key, STRING);
    text(keys, value);
    return this;
  }

  public GgufFile number(String key, int value) {
    key(key, UINT32);
    integer(keys, 4, value);
    return this;
  }

  public GgufFile real(String key, float value) {
    key(key, FLOAT32);
    integer(keys, 4, Float.floatToRawIntBits(value));
    return this;
  }

  public GgufFile flag(String key, boolean value) {
    key(key, BOOL);
    keys.write(value ? 1 : 0);
    return this;
  }

  public GgufFile texts(String key, List<String> elements) {
    array(key, STRING, elements.size());
    elements.forEach(element -> text(keys, element));
    return this;
  }

  public GgufFile numbers(String key, List<Integer> elements) {
    array(key, INT32, elements.size());
    elements.forEach(element -> integer(keys, 4, element));
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param shape the innermost dimension last
   */
  public GgufFile tensor(String name, Type type, float[] elements, long... shape) {
    text(tensors, name);
    integer(tensors, 4, shape.length);
    for (int i = shape.length - 1; i >= 0; i--) {
      integer(tensors, 8, shape[i]);
    }
    integer(tensors, 4, type.number);
    integer(tensors, 8, offset);
    byte[] stored = stored(type, elements);
    values.add(stored);
    offset += stored.length + padding(stored.length);
    return this;
  }

  public Path write(Path file) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes("GGUF".getBytes(UTF_8));
    integer(header, 4, 3);
    integer(header, 8, values.size());
    integer(header, 8, keyCount);
    keys.writeTo(header);
    tensors.writeTo(header);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.toByteArray());
      out.write(new byte[padding(header.size())]);
      for (byte[] stored : values) {
        out.write(stored);
        out.write(new byte[padding(stored.length)]);
      }
    }
    return file;
  }

  private static byte[] stored(Type type, float[] elements) {
    int bytes =
        switch (type) {
          case F32 -> elements.length * 4;
          case F16 -> elements.length * 2;
          case Q8_0 -> elements.length / 32 * 34;
        };
    ByteBuffer stored = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case F32 -> stored.asFloatBuffer().put(elements);
      case F16 -> {
        for (float element : elements) {
          stored.putShort(Fp16Conversions.floatToFp16(element));
        }
      }
      case Q8_0 -> {
        for (int block = 0; block < elements.length; block += 32) {
          putBlock(stored, elements, block);
        }
      }
    }
    return stored.array();
  }

  private static void putBlock(ByteBuffer stored, float[] elements, int block) {
    float greatest = 0;
    for (int i = block; i < block + 32; i++) {
      greatest = Math.max(greatest, Math.abs(elements[i]));
    }
    float scale = greatest / 127;
    stored.putShort(Fp16Conversions.floatToFp16(scale));
    for (int i = block; i < block + 32; i++) {
      stored.put((byte) (scale == 0 ? 0 : Math.round(elements[i] / scale)));
    }
  }

  private void key(String key, int type) {
    text(keys, key);
    integer(keys, 4, type);
    keyCount++;
  }

  private void array(String key, int type, int elements) {
    key(key, ARRAY);
    integer(keys, 4, type);
    integer(keys, 8, elements);
  }

  private static int padding(int bytes) {
    return Math.floorMod(-bytes, ALIGNMENT);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    integer(out, 8, bytes.length);
    out.writeBytes(bytes);
  }

  /** Little-endian. */
  private static void integer(ByteArrayOutputStream out, int bytes, long value) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }
}
