package io.luntra.codec;

import static io.luntra.codec.LittleEndian.FLOAT;
import static io.luntra.codec.LittleEndian.INT;

import java.util.Arrays;

/**
 * FP32 rows as 8-bit integers q and a bfloat16 scale s each: the value is q × s. Three planes: the
 * scales' high bytes, their low bytes, and q in the chunk's order.
 */
final class Int8Rows {
  /** Planes before coding. */
  static final int PLANES = 3;

  private static final int MAX_LEVEL = 127;
  private static final int INFINITY_BITS = 0x7f800000;

  /** 1.5 × 2^23: adding it rounds to an integer, ties to even, that stands in the low bits. */
  private static final float ROUND = 0x1.8p23f;

  private Int8Rows() {}

  /** Rows of a chunk, the last of which may be shorter. */
  static int rows(int elements, int rowElements) {
    return (int) (((long) elements + rowElements - 1) / rowElements);
  }

  /**
   * Fills {@code planes} with 2 × rows + elements bytes.
   *
   * @return false if a value is not finite or the grid would leave the range of FP32
   */
  static boolean quantize(byte[] raw, int rowElements, byte[] planes) {
    int elements = raw.length / Float.BYTES;
    int rows = rows(elements, rowElements);
    for (int row = 0, start = 0; row < rows; row++) {
      int end = (int) Math.min(elements, (long) start + rowElements);
      int largest = largestMagnitude(raw, start, end);
      if (largest >= INFINITY_BITS) {
        return false;
      }
      int scaleBits = scaleFor(largest);
      float scale = Float.intBitsToFloat(scaleBits << 16);
      if (Float.isInfinite(scale * MAX_LEVEL)) {
        return false;
      }
      planes[row] = (byte) (scaleBits >>> 7);
      planes[rows + row] = (byte) (scaleBits << 1);
      if (largest == 0) {
        Arrays.fill(planes, 2 * rows + start, 2 * rows + end, (byte) 0);
      } else {
        for (int i = start, to = 2 * rows + start; i < end; i++, to++) {
          float level = (float) FLOAT.get(raw, i * 4) / scale + ROUND;
          planes[to] = (byte) Float.floatToRawIntBits(level);
        }
      }
      start = end;
    }
    return true;
  }

  private static int largestMagnitude(byte[] raw, int start, int end) {
    int largest = 0;
    for (int i = start; i < end; i++) {
      largest = Math.max(largest, (int) INT.get(raw, i * 4) & 0x7fffffff);
    }
    return largest;
  }

  /** Bits of the smallest bfloat16 s with 127 × s at least the magnitude with these FP32 bits. */
  static int scaleFor(int magnitudeBits) {
    double magnitude = Float.intBitsToFloat(magnitudeBits);
    int bits = Float.floatToRawIntBits((float) (magnitude / MAX_LEVEL)) >>> 16;
    // The product of an 8-bit and a 7-bit number is exact in a double.
    while ((double) Float.intBitsToFloat(bits << 16) * MAX_LEVEL < magnitude) {
      bits++;
    }
    return bits;
  }

  /**
   * Fills {@code raw} from planes as {@link #quantize} writes them.
   *
   * @return the first row whose scale is not finite, or -1 if there is none
   */
  static int reconstruct(byte[] planes, int rowElements, byte[] raw) {
    int elements = raw.length / Float.BYTES;
    int rows = rows(elements, rowElements);
    for (int row = 0, start = 0; row < rows; row++) {
      int end = (int) Math.min(elements, (long) start + rowElements);
      int scaleBits = ((planes[row] & 0xff) << 7) | ((planes[rows + row] & 0xff) >>> 1);
      if (scaleBits >= 0x7f80 || (planes[rows + row] & 1) != 0) {
        return row;
      }
      float scale = Float.intBitsToFloat(scaleBits << 16);
      for (int i = start, from = 2 * rows + start; i < end; i++, from++) {
        FLOAT.set(raw, i * 4, planes[from] * scale);
      }
      start = end;
    }
    return -1;
  }
}
