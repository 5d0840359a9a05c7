package io.luntra.codec.quantize;

/** Puts the values of one block on a grid. */
interface BlockQuantizer {
  /**
   * Chooses the step of a block and its levels.
   *
   * @param values of the chunk
   * @param levels takes the levels of the block's elements
   * @param grid takes step and zero
   * @return false if the values don't fit on such a grid
   */
  boolean quantize(float[] values, Block block, int[] levels, Grid grid);

  /** The step and the level of 0 of a block. */
  final class Grid {
    private short step;
    private int zero;

    void set(short bits, int zeroLevel) {
      step = bits;
      zero = zeroLevel;
    }

    short step() {
      return step;
    }

    int zero() {
      return zero;
    }
  }
}
