package io.luntra.calibration;

import io.luntra.failure.InvalidInputException;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** An ONNX model in memory, as its file has it, and where its tensors are. */
final class ModelBytes {
  private static final int GRAPH_TAG = 7 << 3 | 2;
  private static final int OUTPUT_TAG = 12 << 3 | 2;
  private static final int NAME_TAG = 1 << 3 | 2;

  private final byte[] bytes;
  private final Map<String, Section> tensors;

  private ModelBytes(byte[] bytes, Map<String, Section> tensors) {
    this.bytes = bytes;
    this.tensors = tensors;
  }

  /**
   * Reads a model.
   *
   * @throws InvalidInputException when it is 2 GB or more, or not as long as its layout says
   */
  static ModelBytes read(Path file, ArtifactLayout layout) throws IOException {
    if (layout.length() > Integer.MAX_VALUE - 8 || Files.size(file) != layout.length()) {
      throw new InvalidInputException(
          "%s: expected %d bytes, below 2 GB, found %d"
              .formatted(file, layout.length(), Files.size(file)));
    }
    Map<String, Section> tensors = new HashMap<>();
    for (Section section : layout.sections()) {
      if (section.tensor() != null) {
        tensors.put(section.tensor().name(), section);
      }
    }
    return new ModelBytes(Files.readAllBytes(file), tensors);
  }

  byte[] bytes() {
    return bytes;
  }

  boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  Section section(String tensor) {
    return tensors.get(tensor);
  }

  TensorInfo info(String tensor) {
    return tensors.get(tensor).tensor();
  }

  /** The values of an FP32 tensor, in the order of the file. */
  float[] values(String tensor) {
    float[] values = new float[Math.toIntExact(info(tensor).elements())];
    floats(bytes, tensor).get(values);
    return values;
  }

  /** A vector's values plus a factor times a shift. */
  float[] shifted(String tensor, double[] shift, double factor) {
    float[] values = values(tensor);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] + factor * shift[i]);
    }
    return values;
  }

  /** All bytes of a tensor. */
  byte[] bytes(String tensor) {
    return range(tensor, 0, (int) tensors.get(tensor).length());
  }

  /** Bytes [from, from + length) of a tensor. */
  byte[] range(String tensor, int from, int length) {
    int start = (int) tensors.get(tensor).offset() + from;
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  /** Writes the values of an FP32 tensor into a copy of this model's bytes. */
  void put(byte[] copy, String tensor, float[] values) {
    floats(copy, tensor).put(values);
  }

  private FloatBuffer floats(byte[] model, String tensor) {
    Section section = tensors.get(tensor);
    return ByteBuffer.wrap(model, (int) section.offset(), (int) section.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /**
   * The model with more outputs. Protobuf merges a message field that occurs twice, so a second
   * graph that has nothing but outputs adds them to the first (encoding of protocol buffers, "Last
   * One Wins"); ONNX Runtime infers their types.
   */
  byte[] withOutputs(Collection<String> names) {
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    for (String name : names) {
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream value = new ByteArrayOutputStream();
      field(value, NAME_TAG, utf8);
      field(graph, OUTPUT_TAG, value.toByteArray());
    }
    ByteArrayOutputStream added = new ByteArrayOutputStream();
    field(added, GRAPH_TAG, graph.toByteArray());
    byte[] all = Arrays.copyOf(bytes, bytes.length + added.size());
    System.arraycopy(added.toByteArray(), 0, all, bytes.length, added.size());
    return all;
  }

  private static void field(ByteArrayOutputStream out, int tag, byte[] content) {
    out.write(tag);
    int length = content.length;
    while (length >= 0x80) {
      out.write((length & 0x7f) | 0x80);
      length >>>= 7;
    }
    out.write(length);
    out.writeBytes(content);
  }
}
