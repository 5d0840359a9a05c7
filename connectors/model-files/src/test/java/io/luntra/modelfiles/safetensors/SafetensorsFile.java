package io.luntra.modelfiles.safetensors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes safetensors files as the format's own page describes them. */
public final class SafetensorsFile {
  private final List<String> entries = new ArrayList<>();
  private final ByteArrayOutputStream values = new ByteArrayOutputStream();

  /** A tensor of so many bytes, which hold a running count. */
  public SafetensorsFile tensor(String name, String dtype, String shape, int bytes) {
    int begin = values.size();
    for (int i = 0; i < bytes; i++) {
      values.write(begin + i);
    }
    return entry(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, dtype, shape, begin, begin + bytes));
  }

  SafetensorsFile entry(String json) {
    entries.add(json);
    return this;
  }

  public byte[] bytes() {
    return bytes("{" + String.join(",", entries) + "}", values.toByteArray());
  }

  static byte[] bytes(String header, byte[] values) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(values)
        .array();
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }
}
