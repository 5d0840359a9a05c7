package io.luntra.codec;

import static io.luntra.codec.LittleEndian.FLOAT;
import static io.luntra.codec.LittleEndian.INT;

/**
 * FP32 values of a chunk on uniform grids: {@code (level − zero of its block) × step of its block},
 * plus the parent's value where the grid is of the difference to a parent and the level is not its
 * block's zero; the parent's bits where it is. Both operations are IEEE 754 binary32, rounded to
 * nearest, one after the other: the same on every machine.
 *
 * <p>The arrays are this object's; whoever hands them in or gets them must not change them later.
 *
 * @param rowElements elements of a row, at least 1; the last row of a chunk may be shorter; no more
 *     than the chunk has (a longer one is cut to that)
 * @param steps bfloat16 pattern of each block's step, sign 0, finite; blocks in row-major order
 * @param zeros level of the value 0 in each block, or null where it is 0 in all of them
 * @param levels one per element, of magnitude at most {@link #MAX_LEVEL}
 */
public record GridChunk(
    int rowElements, BlockShape block, short[] steps, byte[] zeros, int[] levels) {
  /** Largest magnitude of a level. */
  public static final int MAX_LEVEL = (1 << 20) - 1;

  public GridChunk {
    rowElements = Math.max(1, Math.min(rowElements, levels.length));
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
    int[] centred = levels;
    if (zeros != null) {
      centred = new int[levels.length];
      centre(centred);
    }
    byte[] raw = new byte[levels.length * Float.BYTES];
    reconstruct(centred, levels.length, rowElements, block, steps, parent, raw);
    return raw;
  }

  /** Whether every level is its block's zero. */
  boolean isZero() {
    int[] centred = levels;
    if (zeros != null) {
      centred = new int[levels.length];
      centre(centred);
    }
    for (int level : centred) {
      if (level != 0) {
        return false;
      }
    }
    return true;
  }

  /** Puts the levels less the zeros of their blocks into {@code target}. */
  void centre(int[] target) {
    int blockRows = block.rowsIn(rows());
    int blockColumns = block.columnsIn(rowElements);
    int across = (rowElements + blockColumns - 1) / blockColumns;
    for (int row = 0, i = 0; i < levels.length; row++) {
      int first = row / blockRows * across;
      for (int column = 0; column < rowElements && i < levels.length; column++, i++) {
        target[i] = levels[i] - zeros[first + column / blockColumns];
      }
    }
  }

  /** Fills {@code raw} from levels without zeros. */
  static void reconstruct(
      int[] levels,
      int elements,
      int rowElements,
      BlockShape block,
      short[] steps,
      byte[] parent,
      byte[] raw) {
    int blockRows = block.rowsIn(rows(elements, rowElements));
    int blockColumns = block.columnsIn(rowElements);
    int across = (rowElements + blockColumns - 1) / blockColumns;
    float[] values = new float[steps.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = step(steps[i]);
    }
    for (int row = 0, start = 0; start < elements; row++, start += rowElements) {
      int first = row / blockRows * across;
      int end = Math.min(elements, start + rowElements);
      if (blockColumns == 1) {
        for (int i = start; i < end; i++) {
          FLOAT.set(raw, i * Float.BYTES, levels[i] * values[first + i - start]);
        }
      } else {
        for (int i = start, at = first; i < end; at++) {
          int blockEnd = Math.min(end, i + blockColumns);
          float value = values[at];
          for (; i < blockEnd; i++) {
            FLOAT.set(raw, i * Float.BYTES, levels[i] * value);
          }
        }
      }
    }
    if (parent != null) {
      for (int i = 0; i < elements; i++) {
        int at = i * Float.BYTES;
        if (levels[i] == 0) {
          INT.set(raw, at, (int) INT.get(parent, at));
        } else {
          FLOAT.set(raw, at, (float) FLOAT.get(parent, at) + (float) FLOAT.get(raw, at));
        }
      }
    }
  }
}
