package io.luntra.tensor;

/** Element type of a tensor as it is stored, little-endian. */
public enum DataType {
  FP64(8),
  FP32(4),
  FP16(2),
  BF16(2),
  INT64(8),
  INT32(4),
  INT16(2),
  INT8(1),
  UINT64(8),
  UINT32(4),
  UINT16(2),
  UINT8(1),
  BOOL(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  /** Whether values are IEEE 754 or bfloat16 numbers. */
  public boolean isFloat() {
    return this == FP64 || this == FP32 || this == FP16 || this == BF16;
  }
}
