package io.luntra.codec;

import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.DataType;

/** Writes INT8_ROWS where that applies and pays, otherwise what the lossless encoder writes. */
final class Int8Encoder implements AutoCloseable {
  private final PlaneWriter writer = new PlaneWriter();
  private final LosslessEncoder lossless = new LosslessEncoder(writer);
  private byte[] planes = new byte[0];

  byte[] encode(ChunkShape shape, byte[] raw) {
    LosslessEncoder.checkLength(shape, raw);
    boolean weights = shape.dtype() == DataType.FP32 && shape.rank() >= 2;
    if (!weights || LosslessEncoder.isConstant(raw, Float.BYTES)) {
      return lossless.encode(shape, raw);
    }
    int elements = raw.length / Float.BYTES;
    int rows = Int8Rows.rows(elements, shape.rowElements());
    int planeBytes = 2 * rows + elements;
    if (planes.length < planeBytes) {
      planes = new byte[planeBytes];
    }
    if (!Int8Rows.quantize(raw, shape.rowElements(), planes)) {
      return lossless.encode(shape, raw);
    }
    writer.start(Int8Rows.PLANES, planeBytes);
    writer.add(planes, 0, rows, ZstdSetting.NUMBERS);
    writer.add(planes, rows, rows, ZstdSetting.NUMBERS);
    writer.add(planes, 2 * rows, elements, ZstdSetting.NUMBERS);
    int bodyLength = writer.length();
    if (bodyLength >= raw.length) {
      return lossless.encode(shape, raw);
    }
    byte[] encoded = new byte[ChunkHeader.BYTES + bodyLength];
    new ChunkHeader(ChunkCodec.INT8_ROWS, 0, raw.length, bodyLength, shape.rowElements())
        .write(encoded, 0);
    writer.copyTo(encoded, ChunkHeader.BYTES);
    return encoded;
  }

  @Override
  public void close() {
    lossless.close();
  }
}
