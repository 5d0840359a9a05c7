package io.luntra.jobs.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.modelfiles.safetensors.SafetensorsType;
import io.luntra.tensor.TensorInfo;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A safetensors file that is written from front to back. */
final class SafetensorsOutput implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ALIGNMENT = 8;

  private final OutputStream out;

  /** A new file. */
  SafetensorsOutput(Path file) throws IOException {
    this.out =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /**
   * Writes the header; the values of these tensors follow, in this order.
   *
   * @param metadata of the file, or null
   */
  void header(JsonNode metadata, List<TensorInfo> tensors) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    if (metadata != null) {
      header.set("__metadata__", metadata);
    }
    long offset = 0;
    for (TensorInfo tensor : tensors) {
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", SafetensorsType.word(tensor.dtype()));
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(dimension -> shape.add(dimension.longValue()));
      entry.putArray("data_offsets").add(offset).add(offset + tensor.bytes());
      offset += tensor.bytes();
    }
    byte[] json = JSON.writeValueAsBytes(header);
    byte[] padding =
        " ".repeat(Math.floorMod(-json.length, ALIGNMENT)).getBytes(StandardCharsets.US_ASCII);
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(json.length + padding.length).array());
    out.write(json);
    out.write(padding);
  }

  void write(byte[] values) throws IOException {
    out.write(values);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
