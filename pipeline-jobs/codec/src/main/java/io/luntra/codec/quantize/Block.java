package io.luntra.codec.quantize;

/**
 * A block of a chunk: elements (row, column) with {@code firstRow ≤ row < endRow} and so on.
 *
 * @param rowElements elements of the chunk's rows
 */
record Block(int firstRow, int endRow, int firstColumn, int endColumn, int rowElements) {

  /** Takes runs of consecutive elements. */
  @FunctionalInterface
  interface Runs {
    void run(int from, int to);
  }

  /** Hands over the block's elements, those of a row at a time. */
  void forEach(int elements, Runs runs) {
    for (int row = firstRow; row < endRow; row++) {
      int from = row * rowElements + firstColumn;
      int to = Math.min(elements, row * rowElements + endColumn);
      if (from < to) {
        runs.run(from, to);
      }
    }
  }
}
