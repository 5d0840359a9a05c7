package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;
import static io.luntra.codec.LittleEndian.SHORT;

import io.luntra.tensor.DataType;
import java.util.Arrays;
import java.util.Optional;

/**
 * Element types whose values are put on grids. A grid is one of FP32 numbers; where a tensor is
 * stored in a narrower type, its elements are widened before, and rounded to the nearest element of
 * their type behind it, ties to the even one. A finite number that is too large becomes the largest
 * finite one.
 */
public enum FloatType {
  FP32(0, DataType.FP32),
  FP16(1, DataType.FP16),
  BF16(2, DataType.BF16);

  private static final int SHORT_BITS = 16;

  private final int id;
  private final DataType dataType;

  FloatType(int id, DataType dataType) {
    this.id = id;
    this.dataType = dataType;
  }

  /** The type of these elements, where grids are made of them. */
  public static Optional<FloatType> of(DataType dataType) {
    return Arrays.stream(values()).filter(type -> type.dataType == dataType).findFirst();
  }

  /** The type of a number in a layout. */
  static Optional<FloatType> fromId(int id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  /** Number in a layout. */
  int id() {
    return id;
  }

  /** The type of the elements. */
  public DataType dataType() {
    return dataType;
  }

  /** Bytes of an element. */
  public int width() {
    return dataType.bytes();
  }

  /**
   * Elements as FP32.
   *
   * @param raw whole elements, little-endian; only read
   * @return FP32, little-endian; {@code raw} itself where it is that already
   */
  public byte[] widen(byte[] raw) {
    if (this == FP32) {
      return raw;
    }
    byte[] floats = new byte[raw.length * 2];
    for (int i = 0; i < raw.length; i += Short.BYTES) {
      int bits = (short) SHORT.get(raw, i) & 0xffff;
      INT.set(floats, 2 * i, this == FP16 ? HalfFloat.toFloatBits(bits) : bits << SHORT_BITS);
    }
    return floats;
  }

  /** Fills {@code raw} with the elements nearest to FP32 values, both little-endian. */
  public void narrow(byte[] floats, byte[] raw) {
    if (this == FP32) {
      System.arraycopy(floats, 0, raw, 0, raw.length);
      return;
    }
    for (int i = 0; i < raw.length; i += Short.BYTES) {
      int bits = (int) INT.get(floats, 2 * i);
      SHORT.set(raw, i, (short) (this == FP16 ? HalfFloat.nearest(bits) : nearestBf16(bits)));
    }
  }

  private static int nearestBf16(int bits) {
    if ((bits & 0x7fffffff) >= 0x7f800000) {
      // Infinities, and numbers that are none: those of a parent keep their upper bits.
      return bits >>> SHORT_BITS;
    }
    int rounded = (bits + 0x7fff + (bits >>> SHORT_BITS & 1)) >>> SHORT_BITS;
    return (rounded & 0x7fff) == 0x7f80 ? rounded - 1 : rounded;
  }
}
