package io.luntra.tensor;

/**
 * Element type of a tensor as it is stored, little-endian. Elements that do not fill whole bytes of
 * their own are stored in blocks.
 */
public enum DataType {
  FP64(8),
  FP32(4),
  FP16(2),
  BF16(2),
  /** OCP 8-bit floats; FNUZ has no infinities, one NaN and no negative zero. */
  FP8_E4M3(1),
  FP8_E5M2(1),
  FP8_E4M3FNUZ(1),
  FP8_E5M2FNUZ(1),
  /** A power of two: the scale of a block in OCP's microscaling formats. */
  FP8_E8M0(1),
  FP6_E2M3(4, 3),
  FP6_E3M2(4, 3),
  FP4_E2M1(2, 1),
  /** Two FP32. */
  COMPLEX64(8),
  INT64(8),
  INT32(4),
  INT16(2),
  INT8(1),
  UINT64(8),
  UINT32(4),
  UINT16(2),
  UINT8(1),
  BOOL(1),
  /** Blocks of llama.cpp (ggml-common.h): an FP16 scale, then 8 bits an element. */
  Q8_0(32, 34),
  /** An FP16 scale, then 4 bits an element. */
  Q4_0(32, 18),
  /** FP16 scale and minimum, eight of 6 bits each below them, then 4 bits an element. */
  Q4_K(256, 144),
  /** 6 bits an element, sixteen 8-bit scales, an FP16 scale of these. */
  Q6_K(256, 210);

  private final int blockElements;
  private final int bytes;

  DataType(int bytes) {
    this(1, bytes);
  }

  DataType(int blockElements, int bytes) {
    this.blockElements = blockElements;
    this.bytes = bytes;
  }

  /** Elements of a block; 1 where each has bytes of its own. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes per block, which is an element for most types. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements have no bytes of their own. */
  public boolean isBlocked() {
    return blockElements > 1;
  }

  /** Whether values are IEEE 754 or bfloat16 numbers of 16 bits and more. */
  public boolean isFloat() {
    return this == FP64 || this == FP32 || this == FP16 || this == BF16;
  }
}
