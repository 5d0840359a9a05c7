package io.luntra.codec;

/**
 * The elements of a chunk that share a step: {@code rows} × {@code columns} of them, where a row is
 * {@link io.luntra.tensor.ChunkShape#rowElements} elements. Blocks start at the chunk's first row
 * and follow each other row by row; those at the borders may be smaller.
 *
 * @param rows rows of a block, or {@link #ALL}
 * @param columns columns of a block, or {@link #ALL}
 */
public record BlockShape(int rows, int columns) {
  /** As many as the chunk has. */
  public static final int ALL = 0;

  /** One step for all. */
  public static final BlockShape CHUNK = new BlockShape(ALL, ALL);

  /** One step per row. */
  public static final BlockShape ROW = new BlockShape(1, ALL);

  public BlockShape {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException("Block of " + rows + " × " + columns);
    }
  }

  /** {@code n} elements that follow each other in a row. */
  public static BlockShape alongRow(int n) {
    return new BlockShape(1, n);
  }

  /** {@code n} elements that stand below each other in a column. */
  public static BlockShape alongColumn(int n) {
    return new BlockShape(n, 1);
  }

  /** Rows of a block in a chunk of {@code chunkRows}. */
  int rowsIn(int chunkRows) {
    int all = Math.max(1, chunkRows);
    return rows == ALL ? all : Math.min(rows, all);
  }

  /** Columns of a block in a chunk with rows of {@code rowElements}. */
  int columnsIn(int rowElements) {
    return columns == ALL ? rowElements : Math.min(columns, rowElements);
  }

  /** Number of blocks in a chunk. */
  public int count(int chunkRows, int rowElements) {
    int down = ceilDiv(chunkRows, rowsIn(chunkRows));
    return Math.multiplyExact(down, ceilDiv(rowElements, columnsIn(rowElements)));
  }

  private static int ceilDiv(int dividend, int divisor) {
    return (int) (((long) dividend + divisor - 1) / divisor);
  }
}
