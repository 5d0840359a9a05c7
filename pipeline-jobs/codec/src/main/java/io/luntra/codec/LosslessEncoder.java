package io.luntra.codec;

import io.luntra.tensor.ChunkShape;
import java.util.Arrays;

/** Writes RAW, CONSTANT, PLANES or BITS_DELTA, whichever is smallest. */
final class LosslessEncoder {
  private final PlaneWriter writer;
  private final LevelEncoder levels = new LevelEncoder();
  private final Output body = new Output();
  private final Output difference = new Output();
  private int[] differences = new int[0];
  private byte[] planes = new byte[0];

  /** Shares a writer. */
  LosslessEncoder(PlaneWriter writer) {
    this.writer = writer;
  }

  /**
   * Appends an encoded chunk.
   *
   * @param parent the parent's chunk, or null
   */
  void encode(ChunkShape shape, byte[] raw, byte[] parent, Output out) {
    int width = shape.dtype().isBlocked() ? 1 : shape.dtype().bytes();
    if (isConstant(raw, width)) {
      new ChunkHeader(ChunkCodec.CONSTANT, width, raw.length, width).write(out);
      out.put(raw, 0, width);
      return;
    }
    PlaneLayout layout = PlaneLayout.of(shape.dtype(), raw);
    int planeLength = raw.length / layout.rawWidth();
    byte[] source = raw;
    if (layout != PlaneLayout.BYTES1) {
      if (planes.length < raw.length) {
        planes = new byte[raw.length];
      }
      source = planes;
      layout.split(raw, source);
    }
    ZstdSetting setting = setting(shape);
    body.reset();
    boolean repetitive = writer.add(source, 0, planeLength, setting, body);
    for (int plane = 1; plane < layout.planes(); plane++) {
      int offset = plane * planeLength;
      if (repetitive || setting == ZstdSetting.GENERAL) {
        writer.add(source, offset, planeLength, setting, body);
      } else {
        writer.addNumbers(source, offset, planeLength, body);
      }
    }
    if (parent != null && subtract(shape, raw, parent, Math.min(body.length(), raw.length), out)) {
      return;
    }
    if (body.length() < raw.length) {
      new ChunkHeader(ChunkCodec.PLANES, layout.id(), raw.length, body.length()).write(out);
      out.put(body.bytes(), 0, body.length());
    } else {
      new ChunkHeader(ChunkCodec.RAW, 0, raw.length, raw.length).write(out);
      out.put(raw, 0, raw.length);
    }
  }

  /** Appends the chunk as its difference if that has a body below {@code limit} bytes. */
  private boolean subtract(ChunkShape shape, byte[] raw, byte[] parent, int limit, Output out) {
    PlaneLayout layout = PlaneLayout.of(shape.dtype(), raw, parent);
    if (!OrderedBits.covers(layout)) {
      return false;
    }
    int elements = raw.length / layout.rawWidth();
    if (differences.length < elements) {
      differences = new int[elements];
    }
    OrderedBits.read(layout, parent, differences, elements);
    OrderedBits.subtract(layout, raw, differences, elements);
    for (int i = 0; i < elements; i++) {
      if (differences[i] == Integer.MIN_VALUE) {
        return false;
      }
    }
    int rowElements = Math.max(1, Math.min(shape.rowElements(), elements));
    difference.reset();
    difference.putVarint(rowElements);
    levels.encode(differences, elements, rowElements, writer, difference);
    if (difference.length() >= limit) {
      return false;
    }
    new ChunkHeader(ChunkCodec.BITS_DELTA, layout.id(), raw.length, difference.length()).write(out);
    out.put(difference.bytes(), 0, difference.length());
    return true;
  }

  /** Whether two or more elements are all the same bits. */
  static boolean isConstant(byte[] raw, int width) {
    return raw.length > width && Arrays.equals(raw, 0, raw.length - width, raw, width, raw.length);
  }

  private static ZstdSetting setting(ChunkShape shape) {
    return switch (shape.dtype()) {
      case FP64, FP32, FP16, BF16, COMPLEX64 -> ZstdSetting.NUMBERS;
      case FP8_E4M3, FP8_E5M2, FP8_E4M3FNUZ, FP8_E5M2FNUZ, FP8_E8M0 -> ZstdSetting.NUMBERS;
      case FP6_E2M3, FP6_E3M2, FP4_E2M1, Q8_0, Q4_0, Q4_K, Q6_K -> ZstdSetting.NUMBERS;
      case INT8, UINT8 -> shape.rank() == 0 ? ZstdSetting.GENERAL : ZstdSetting.NUMBERS;
      case INT64, INT32, INT16, UINT64, UINT32, UINT16, BOOL -> ZstdSetting.GENERAL;
    };
  }
}
