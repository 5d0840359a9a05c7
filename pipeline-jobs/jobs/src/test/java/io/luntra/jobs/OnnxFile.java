package io.luntra.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Writes ONNX files of FP32 initialisers; with products, files that a runtime runs. */
public final class OnnxFile {
  private final ByteArrayOutputStream graph = new ByteArrayOutputStream();

  /** Adds a tensor whose values take few bits, so that tests spend little time on KZG. */
  public OnnxFile sparseTensor(String name, long seed, int rows, int columns) {
    Random random = new Random(seed);
    ByteBuffer values = ByteBuffer.allocate(rows * columns * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      values.putFloat(random.nextInt(16) == 0 ? random.nextInt(8) : 0);
    }
    return tensor(name, values.array(), rows, columns);
  }

  /** Adds a tensor of normally distributed values, as those of a trained model nearly are. */
  public OnnxFile normalTensor(String name, long seed, int rows, int columns) {
    Random random = new Random(seed);
    ByteBuffer values = ByteBuffer.allocate(rows * columns * 4).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      values.putFloat((float) random.nextGaussian());
    }
    return tensor(name, values.array(), rows, columns);
  }

  /**
   * Makes the graph input [1, n] times matrices, one after the other, and gives the last product.
   */
  public OnnxFile products(int n, int m, String... matrices) {
    String last = "input";
    for (String matrix : matrices) {
      ByteArrayOutputStream node = new ByteArrayOutputStream();
      bytes(node, 1, last.getBytes(UTF_8));
      bytes(node, 1, matrix.getBytes(UTF_8));
      last = matrix.equals(matrices[matrices.length - 1]) ? "output" : "after " + matrix;
      bytes(node, 2, last.getBytes(UTF_8));
      bytes(node, 4, "MatMul".getBytes(UTF_8));
      bytes(graph, 1, node.toByteArray());
    }
    bytes(graph, 2, "products".getBytes(UTF_8));
    bytes(graph, 11, value("input", n));
    bytes(graph, 12, value("output", m));
    return this;
  }

  /** A FLOAT value of [1, n]. */
  private static byte[] value(String name, int n) {
    ByteArrayOutputStream shape = new ByteArrayOutputStream();
    for (int dimension : new int[] {1, n}) {
      ByteArrayOutputStream size = new ByteArrayOutputStream();
      varint(size, 1 << 3, dimension);
      bytes(shape, 1, size.toByteArray());
    }
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    varint(tensor, 1 << 3, 1);
    bytes(tensor, 2, shape.toByteArray());
    ByteArrayOutputStream type = new ByteArrayOutputStream();
    bytes(type, 1, tensor.toByteArray());
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    bytes(value, 1, name.getBytes(UTF_8));
    bytes(value, 2, type.toByteArray());
    return value.toByteArray();
  }

  /** Adds a tensor of these stored bytes, whether they suit the shape or not. */
  public OnnxFile tensor(String name, byte[] values, int... shape) {
    ByteArrayOutputStream tensor = header(name, shape);
    bytes(tensor, 9, values);
    bytes(graph, 5, tensor.toByteArray());
    return this;
  }

  /** Adds a tensor whose values lie in another file, from its first byte on. */
  public OnnxFile externalTensor(String name, String location, int... shape) {
    ByteArrayOutputStream tensor = header(name, shape);
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    bytes(entry, 1, "location".getBytes(UTF_8));
    bytes(entry, 2, location.getBytes(UTF_8));
    bytes(tensor, 13, entry.toByteArray());
    varint(tensor, 14 << 3, 1);
    bytes(graph, 5, tensor.toByteArray());
    return this;
  }

  private static ByteArrayOutputStream header(String name, int... shape) {
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    for (int dimension : shape) {
      varint(tensor, 1 << 3, dimension);
    }
    varint(tensor, 2 << 3, 1);
    bytes(tensor, 8, name.getBytes(UTF_8));
    return tensor;
  }

  public Path write(Path file) throws IOException {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    varint(model, 1 << 3, 8);
    bytes(model, 7, graph.toByteArray());
    ByteArrayOutputStream opset = new ByteArrayOutputStream();
    varint(opset, 2 << 3, 17);
    bytes(model, 8, opset.toByteArray());
    return Files.write(file, model.toByteArray());
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] content) {
    varint(out, field << 3 | 2, content.length);
    out.writeBytes(content);
  }

  private static void varint(ByteArrayOutputStream out, int tag, long value) {
    write(out, tag);
    write(out, value);
  }

  private static void write(ByteArrayOutputStream out, long value) {
    long left = value;
    while (left >= 0x80) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }
}
