package io.luntra.codec;

import java.util.Arrays;

/**
 * How large the levels of a place are expected to be, in quarter octaves: the sum of what the
 * stream says of the row and of what the rows before say of the column. Integers only, so that both
 * sides find the same.
 */
final class LevelContexts {
  /** Row class of a row of zeros, of which nothing more is coded. */
  static final int ZERO_ROW = 0;

  /** Row class of mean magnitude 1. */
  static final int ROW_OF_ONE = 64;

  static final int MAX_ROW = 127;

  /** Largest deviation of a column, to both sides. */
  private static final int COLUMN_RANGE = 16;

  /** Values of the sum of row class and {@link #columns}. */
  static final int COUNT = MAX_ROW + 2 * COLUMN_RANGE + 1;

  /** Below it, rows are joined. */
  private static final int MIN_WIDTH = 64;

  /** Of chunks that are within one row. */
  private static final int SINGLE_ROW_WIDTH = 1024;

  private static final int PRIOR_ROWS = 8;
  private static final int MAX_ROWS = 256;
  private static final int RATIO_OF_ONE = 256;
  private static final int MAX_RATIO = 16 * RATIO_OF_ONE - 1;

  /** 2^24 over the mean magnitude of a row class. */
  private static final long[] NORM = new long[MAX_ROW + 1];

  /** Magnitudes from which on the ratio to a row class's mean is the largest. */
  private static final int[] CAP = new int[MAX_ROW + 1];

  /** Column class, moved up by COLUMN_RANGE, of a quarter of a mean ratio. */
  private static final byte[] CLASS_OF_RATIO = new byte[(MAX_RATIO + 1) / 4];

  static {
    double log2 = StrictMath.log(2);
    for (int i = 0; i <= MAX_ROW; i++) {
      NORM[i] = (long) StrictMath.rint(StrictMath.pow(2, 24 + (ROW_OF_ONE - i) / 4.0));
      CAP[i] = (int) (((long) MAX_RATIO << 16) / NORM[i] + 1);
    }
    for (int i = 0; i < CLASS_OF_RATIO.length; i++) {
      double octaves = StrictMath.log((4 * i + 2) / (double) RATIO_OF_ONE) / log2;
      long steps = (long) StrictMath.rint(4 * octaves);
      CLASS_OF_RATIO[i] =
          (byte) (COLUMN_RANGE + Math.max(-COLUMN_RANGE, Math.min(COLUMN_RANGE, steps)));
    }
  }

  private int[] sums = new int[0];
  private byte[] columns = new byte[0];
  private int width;
  private int rows;

  /** Elements of a row as the coder sees it. */
  static int width(int rowElements, int elements) {
    if (rowElements >= elements) {
      return Math.max(1, Math.min(elements, SINGLE_ROW_WIDTH));
    }
    int joined = (MIN_WIDTH + rowElements - 1) / rowElements;
    return Math.min(elements, rowElements * joined);
  }

  /** The row class whose mean magnitude is nearest to that of so many elements. */
  static int rowClass(long sumOfMagnitudes, int elements) {
    if (sumOfMagnitudes == 0) {
      return ZERO_ROW;
    }
    double octaves = StrictMath.log((double) sumOfMagnitudes / elements) / StrictMath.log(2);
    long row = ROW_OF_ONE + (long) StrictMath.rint(4 * octaves);
    return (int) Math.max(1, Math.min(MAX_ROW, row));
  }

  /** Forgets all rows. */
  void start(int rowWidth) {
    width = rowWidth;
    rows = PRIOR_ROWS;
    if (sums.length < width) {
      sums = new int[width];
      columns = new byte[width];
    }
    Arrays.fill(sums, 0, width, PRIOR_ROWS * RATIO_OF_ONE);
    Arrays.fill(columns, 0, width, (byte) COLUMN_RANGE);
  }

  /** What each column adds to the row class; good until the next update, changes with it. */
  byte[] columns() {
    return columns;
  }

  /** Takes in a row that is not of zeros. */
  void update(int[] levels, int from, int count, int rowClass) {
    long norm = NORM[rowClass];
    int cap = CAP[rowClass];
    rows++;
    boolean halve = rows == MAX_ROWS;
    int reciprocal = (1 << 14) / rows;
    int[] sum = sums;
    byte[] column = columns;
    for (int j = 0; j < count; j++) {
      int magnitude = Math.min(Math.abs(levels[from + j]), cap);
      int ratio = Math.min(MAX_RATIO, (int) ((magnitude * norm) >>> 16));
      int total = sum[j] + ratio;
      sum[j] = total;
      column[j] = CLASS_OF_RATIO[(total * reciprocal) >>> 16];
    }
    if (halve) {
      rows /= 2;
      for (int j = 0; j < width; j++) {
        sum[j] >>>= 1;
      }
    }
  }
}
