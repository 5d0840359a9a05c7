package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;
import static io.luntra.codec.LittleEndian.SHORT;

/**
 * Elements as signed integers, floats in the order of their values: the neighbour of a float is one
 * away, −0 is one below 0. The integers have the width of the layout's code word.
 */
final class OrderedBits {
  private OrderedBits() {}

  /** Whether elements of a layout are at most 32 bits wide. */
  static boolean covers(PlaneLayout layout) {
    return layout.rawWidth() <= Integer.BYTES;
  }

  /** Replaces what {@code target} holds by chunk − target, as signed integers of their width. */
  static void subtract(PlaneLayout layout, byte[] chunk, int[] target, int elements) {
    boolean narrow = layout.planes() == Short.BYTES;
    for (int i = 0; i < elements; i++) {
      int difference = get(layout, chunk, i) - target[i];
      target[i] =
          narrow
              ? (short) difference
              : layout == PlaneLayout.BYTES1 ? (byte) difference : difference;
    }
  }

  /** Reads all elements of a chunk that the layout fits. */
  static void read(PlaneLayout layout, byte[] chunk, int[] target, int elements) {
    for (int i = 0; i < elements; i++) {
      target[i] = get(layout, chunk, i);
    }
  }

  /** Writes parent + difference for all elements. */
  static void add(
      PlaneLayout layout, byte[] parent, int[] differences, byte[] target, int elements) {
    for (int i = 0; i < elements; i++) {
      set(layout, target, i, get(layout, parent, i) + differences[i]);
    }
  }

  private static int get(PlaneLayout layout, byte[] chunk, int i) {
    return switch (layout) {
      case BYTES1 -> chunk[i];
      case BYTES2 -> (short) SHORT.get(chunk, i * 2);
      case BYTES4 -> (int) INT.get(chunk, i * 4);
      case FLOAT16 -> ordered16((short) SHORT.get(chunk, i * 2));
      case FLOAT32_AS_BF16 -> ordered16((short) ((int) INT.get(chunk, i * 4) >>> 16));
      case FLOAT32_AS_FP16 -> ordered16((short) HalfFloat.ofFloatBits((int) INT.get(chunk, i * 4)));
      case FLOAT32 -> ordered32((int) INT.get(chunk, i * 4));
      case BYTES8, FLOAT64 -> throw new IllegalArgumentException(layout.name());
    };
  }

  private static void set(PlaneLayout layout, byte[] chunk, int i, int value) {
    switch (layout) {
      case BYTES1 -> chunk[i] = (byte) value;
      case BYTES2 -> SHORT.set(chunk, i * 2, (short) value);
      case BYTES4 -> INT.set(chunk, i * 4, value);
      case FLOAT16 -> SHORT.set(chunk, i * 2, (short) ordered16((short) value));
      case FLOAT32_AS_BF16 -> INT.set(chunk, i * 4, ordered16((short) value) << 16);
      case FLOAT32_AS_FP16 ->
          INT.set(chunk, i * 4, HalfFloat.toFloatBits(ordered16((short) value) & 0xffff));
      case FLOAT32 -> INT.set(chunk, i * 4, ordered32(value));
      case BYTES8, FLOAT64 -> throw new IllegalArgumentException(layout.name());
    }
  }

  /** Sign and magnitude to two's complement, less one if negative; its own inverse. */
  private static int ordered32(int bits) {
    return bits ^ ((bits >> 31) & 0x7fffffff);
  }

  private static int ordered16(short bits) {
    return bits ^ ((bits >> 15) & 0x7fff);
  }
}
