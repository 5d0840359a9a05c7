package io.luntra.codec;

/**
 * What the layout of GRID and GRID_DELTA tells: twice the number of the element type (0 FP32, 1
 * FP16, 2 BF16), plus 1 where blocks have zeros.
 */
record GridLayout(FloatType type, boolean hasZeros) {

  /** Whether there is such a layout. */
  static boolean isKnown(int id) {
    return FloatType.fromId(id >> 1).isPresent();
  }

  static GridLayout fromId(int id) {
    return new GridLayout(FloatType.fromId(id >> 1).orElseThrow(), (id & 1) != 0);
  }

  int id() {
    return type.id() << 1 | (hasZeros ? 1 : 0);
  }
}
