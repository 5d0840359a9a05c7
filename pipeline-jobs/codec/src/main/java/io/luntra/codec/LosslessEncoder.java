package io.luntra.codec;

import io.luntra.tensor.ChunkShape;
import java.util.Arrays;

/** Writes RAW, CONSTANT or PLANES, whichever is first to be smaller. */
final class LosslessEncoder implements AutoCloseable {
  private final PlaneWriter writer;
  private byte[] planes = new byte[0];

  LosslessEncoder() {
    this(new PlaneWriter());
  }

  /** Shares a writer; closes it. */
  LosslessEncoder(PlaneWriter writer) {
    this.writer = writer;
  }

  byte[] encode(ChunkShape shape, byte[] raw) {
    checkLength(shape, raw);
    int width = shape.dtype().bytes();
    if (isConstant(raw, width)) {
      byte[] encoded = new byte[ChunkHeader.BYTES + width];
      new ChunkHeader(ChunkCodec.CONSTANT, width, raw.length, width, 0).write(encoded, 0);
      System.arraycopy(raw, 0, encoded, ChunkHeader.BYTES, width);
      return encoded;
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
    writer.start(layout.planes(), layout.planes() * planeLength);
    for (int plane = 0; plane < layout.planes(); plane++) {
      writer.add(source, plane * planeLength, planeLength, setting);
    }
    int bodyLength = writer.length();
    if (bodyLength < raw.length) {
      byte[] encoded = new byte[ChunkHeader.BYTES + bodyLength];
      new ChunkHeader(ChunkCodec.PLANES, layout.id(), raw.length, bodyLength, 0).write(encoded, 0);
      writer.copyTo(encoded, ChunkHeader.BYTES);
      return encoded;
    }
    byte[] encoded = new byte[ChunkHeader.BYTES + raw.length];
    new ChunkHeader(ChunkCodec.RAW, 0, raw.length, raw.length, 0).write(encoded, 0);
    System.arraycopy(raw, 0, encoded, ChunkHeader.BYTES, raw.length);
    return encoded;
  }

  static void checkLength(ChunkShape shape, byte[] raw) {
    if (raw.length > ChunkHeader.MAX_RAW_LENGTH || raw.length % shape.dtype().bytes() != 0) {
      throw new IllegalArgumentException(
          "Chunk of %d bytes of %s: at most %d, a whole number of elements"
              .formatted(raw.length, shape.dtype(), ChunkHeader.MAX_RAW_LENGTH));
    }
  }

  /** Whether two or more elements are all the same bits. */
  static boolean isConstant(byte[] raw, int width) {
    return raw.length > width && Arrays.equals(raw, 0, raw.length - width, raw, width, raw.length);
  }

  private static ZstdSetting setting(ChunkShape shape) {
    return switch (shape.dtype()) {
      case FP64, FP32, FP16, BF16 -> ZstdSetting.NUMBERS;
      case INT8, UINT8 -> shape.rank() == 0 ? ZstdSetting.GENERAL : ZstdSetting.NUMBERS;
      case INT64, INT32, INT16, UINT64, UINT32, UINT16, BOOL -> ZstdSetting.GENERAL;
    };
  }

  @Override
  public void close() {
    writer.close();
  }
}
