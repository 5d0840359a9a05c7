package io.luntra.codec;

/** Bodies of GRID and GRID_DELTA: what the blocks are, their steps and zeros, the levels. */
final class GridBody {
  /** Largest magnitude of a level less its zero. */
  private static final int MAX_CENTRED = GridChunk.MAX_LEVEL + 128;

  private static final int MAX_STEP = 0x7f7f;

  private GridBody() {}

  /** Writes bodies. Thread-confined; buffers are kept. */
  static final class Writer {
    private final LevelEncoder levels = new LevelEncoder();
    private int[] centred = new int[0];

    /** Appends a body. */
    void write(GridChunk grid, PlaneWriter planes, Output out) {
      int blocks = grid.steps().length;
      out.putVarint(grid.rowElements());
      out.putVarint(grid.block().rows());
      out.putVarint(grid.block().columns());
      byte[] bytes = new byte[2 * blocks];
      for (int i = 0; i < blocks; i++) {
        short step = grid.steps()[i];
        bytes[i] = (byte) (step >>> 7);
        bytes[blocks + i] = (byte) (step << 1);
      }
      planes.add(bytes, 0, blocks, ZstdSetting.NUMBERS, out);
      planes.add(bytes, blocks, blocks, ZstdSetting.NUMBERS, out);
      if (grid.zeros() != null) {
        planes.add(grid.zeros(), 0, blocks, ZstdSetting.NUMBERS, out);
      }
      levels.encode(centred(grid), grid.levels().length, grid.rowElements(), planes, out);
    }

    private int[] centred(GridChunk grid) {
      if (grid.zeros() == null) {
        return grid.levels();
      }
      if (centred.length < grid.levels().length) {
        centred = new int[grid.levels().length];
      }
      grid.centre(centred);
      return centred;
    }
  }

  /** Reads bodies. Thread-confined; buffers are kept. */
  static final class Reader {
    private final LevelDecoder decoder = new LevelDecoder();
    private int[] levels = new int[0];
    private byte[] bytes = new byte[0];

    /**
     * Reads all that is left.
     *
     * @param parent FP32 values of the parent, or null
     * @param raw is filled with FP32 values
     */
    void read(Input in, boolean hasZeros, PlaneReader planes, byte[] parent, byte[] raw) {
      int elements = raw.length / Float.BYTES;
      int start = in.at();
      int rowElements = in.getVarint();
      BlockShape block = new BlockShape(in.getVarint(), in.getVarint());
      if (rowElements < 1 || rowElements > Math.max(1, elements)) {
        throw new MalformedChunkException(start, "rows of " + rowElements + " elements");
      }
      int blocks = blocks(block, elements, rowElements, start);
      if (bytes.length < 2 * blocks) {
        bytes = new byte[2 * blocks];
      }
      planes.read(in, bytes, 0, blocks);
      planes.read(in, bytes, blocks, blocks);
      short[] steps = new short[blocks];
      for (int i = 0; i < blocks; i++) {
        int bits = ((bytes[i] & 0xff) << 7) | ((bytes[blocks + i] & 0xff) >>> 1);
        if (bits > MAX_STEP || (bytes[blocks + i] & 1) != 0) {
          throw new MalformedChunkException(start, "step of block " + i + " is no finite number");
        }
        steps[i] = (short) bits;
      }
      if (hasZeros) {
        planes.read(in, bytes, 0, blocks);
      }
      if (levels.length < elements) {
        levels = new int[elements];
      }
      decoder.decode(in, planes, rowElements, elements, MAX_CENTRED, levels);
      GridChunk.reconstruct(levels, elements, rowElements, block, steps, parent, raw);
    }

    private static int blocks(BlockShape block, int elements, int rowElements, int start) {
      long rows = GridChunk.rows(elements, rowElements);
      long down = ceilDiv(rows, block.rowsIn((int) rows));
      long across = ceilDiv(rowElements, block.columnsIn(rowElements));
      if (down * across > 2L * elements) {
        throw new MalformedChunkException(
            start, "%d blocks of %d elements".formatted(down * across, elements));
      }
      return (int) (down * across);
    }

    private static long ceilDiv(long dividend, long divisor) {
      return (dividend + divisor - 1) / divisor;
    }
  }
}
