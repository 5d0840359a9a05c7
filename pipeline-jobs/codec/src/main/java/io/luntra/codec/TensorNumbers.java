package io.luntra.codec;

import io.luntra.tensor.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Elements of a tensor, as they are stored, read as doubles. */
public final class TensorNumbers {
  private final DataType type;
  private final ByteBuffer bytes;

  /**
   * Elements of a type that {@link #isRead}.
   *
   * @param raw whole elements; only read
   */
  public TensorNumbers(DataType type, byte[] raw) {
    this(type, ByteBuffer.wrap(raw));
  }

  /** The same, from the beginning of a buffer to its limit. */
  public TensorNumbers(DataType type, ByteBuffer raw) {
    this.type = type;
    this.bytes = raw.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether elements of a type are single numbers that a double holds, or comes close to. */
  public static boolean isRead(DataType type) {
    return switch (type) {
      case FP64, FP32, FP16, BF16, INT64, INT32, INT16, INT8, UINT64, UINT32, UINT16, UINT8, BOOL ->
          true;
      default -> false;
    };
  }

  /** How many there are. */
  public int count() {
    return bytes.limit() / type.bytes();
  }

  /** One of them; of integers of 64 bits, the nearest double. */
  public double get(int index) {
    return switch (type) {
      case FP64 -> bytes.getDouble(index * 8);
      case FP32 -> bytes.getFloat(index * 4);
      case FP16 -> Float.intBitsToFloat(HalfFloat.toFloatBits(bytes.getShort(index * 2) & 0xffff));
      case BF16 -> Float.intBitsToFloat(bytes.getShort(index * 2) << 16);
      case INT64 -> bytes.getLong(index * 8);
      case INT32 -> bytes.getInt(index * 4);
      case INT16 -> bytes.getShort(index * 2);
      case INT8 -> bytes.get(index);
      case UINT64 -> unsigned(bytes.getLong(index * 8));
      case UINT32 -> bytes.getInt(index * 4) & 0xffffffffL;
      case UINT16 -> bytes.getShort(index * 2) & 0xffff;
      case UINT8, BOOL -> bytes.get(index) & 0xff;
      default -> throw new IllegalArgumentException("Numbers of type " + type);
    };
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}
