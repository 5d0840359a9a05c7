package io.luntra.codec;

import static io.luntra.codec.LittleEndian.FLOAT;

/**
 * FP32 values of a chunk on uniform grids: {@code (level − zero of its block) × step of its block},
 * plus the parent's value where the grid is of the difference to a parent. Both operations are IEEE
 * 754 binary32, rounded to nearest, one after the other: the same on every machine.
 *
 * <p>The arrays are this object's; whoever hands them in or gets them must not change them later.
 *
 * @param rowElements elements of a row, at least 1; the last row of a chunk may be shorter
 * @param steps bfloat16 pattern of each block's step, sign 0, finite; blocks in row-major order
 * @param zeros level of the value 0 in each block, or null where it is 0 in all of them
 * @param levels one per element, of magnitude at most {@link #MAX_LEVEL}
 */
public record GridChunk(
    int rowElements, BlockShape block, short[] steps, byte[] zeros, int[] levels) {
  /** Largest magnitude of a level. */
  public static final int MAX_LEVEL = (1 << 20) - 1;

  public GridChunk {
    int blocks = block.count(rows(levels.length, rowElements), rowElements);
    if (steps.length != blocks || (zeros != null && zeros.length != blocks)) {
      throw new IllegalArgumentException(
          "%d steps and %s zeros for %d blocks"
              .formatted(steps.length, zeros == null ? "no" : zeros.length, blocks));
    }
  }

  /** Rows of so many elements; the last one may be shorter. */
  public static int rows(int elements, int rowElements) {
    return (int) (((long) elements + rowElements - 1) / rowElements);
  }

  public int rows() {
    return rows(levels.length, rowElements);
  }

  /** The value of a bfloat16 pattern. */
  public static float step(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /**
   * The values that a decoder gives for this chunk, little-endian.
   *
   * @param parent values of the same elements in the parent, or null where the grid is of the
   *     values themselves
   */
  public byte[] reconstruct(byte[] parent) {
    int elements = levels.length;
    byte[] raw = new byte[elements * Float.BYTES];
    int chunkRows = rows();
    int blockRows = block.rowsIn(chunkRows);
    int blockColumns = block.columnsIn(rowElements);
    int across = (rowElements + blockColumns - 1) / blockColumns;
    for (int row = 0, i = 0; row < chunkRows; row++) {
      int first = row / blockRows * across;
      for (int column = 0; column < rowElements && i < elements; column++, i++) {
        int at = first + column / blockColumns;
        int level = zeros == null ? levels[i] : levels[i] - zeros[at];
        float value = level * step(steps[at]);
        if (parent != null) {
          value = (float) FLOAT.get(parent, i * Float.BYTES) + value;
        }
        FLOAT.set(raw, i * Float.BYTES, value);
      }
    }
    return raw;
  }
}
