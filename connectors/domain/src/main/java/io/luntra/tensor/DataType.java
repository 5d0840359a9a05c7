package io.luntra.tensor;

/** Element type of a tensor as it is stored, little-endian. */
public enum DataType {
  FP64(64),
  FP32(32),
  FP16(16),
  BF16(16),
  /** OCP 8-bit floats; FNUZ has no infinities, one NaN and no negative zero. */
  FP8_E4M3(8),
  FP8_E5M2(8),
  FP8_E4M3FNUZ(8),
  FP8_E5M2FNUZ(8),
  /** A power of two: the scale of a block in OCP's microscaling formats. */
  FP8_E8M0(8),
  FP6_E2M3(6),
  FP6_E3M2(6),
  FP4_E2M1(4),
  /** Two FP32. */
  COMPLEX64(64),
  INT64(64),
  INT32(32),
  INT16(16),
  INT8(8),
  UINT64(64),
  UINT32(32),
  UINT16(16),
  UINT8(8),
  BOOL(8);

  private final int bits;

  DataType(int bits) {
    this.bits = bits;
  }

  /** Bits per element. */
  public int bits() {
    return bits;
  }

  /** Bytes per element; of a narrower type, of the fewest elements that fill whole bytes. */
  public int bytes() {
    return switch (bits) {
      case 4 -> 1;
      case 6 -> 3;
      default -> bits / Byte.SIZE;
    };
  }

  /** Whether values are IEEE 754 or bfloat16 numbers of 16 bits and more. */
  public boolean isFloat() {
    return this == FP64 || this == FP32 || this == FP16 || this == BF16;
  }
}
