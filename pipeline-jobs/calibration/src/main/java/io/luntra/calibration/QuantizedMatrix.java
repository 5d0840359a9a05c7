package io.luntra.calibration;

import io.luntra.codec.BlockShape;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.GridChunk;
import io.luntra.release.ChunkSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A matrix on its grids, as the file has it.
 *
 * @param block what shares a step
 * @param steps of all blocks of the tensor, row-major
 * @param levels of all elements, in the order of the file
 * @param difference whether the grids are of the difference to the parent
 */
record QuantizedMatrix(
    Matrix matrix, BlockShape block, short[] steps, int[] levels, boolean difference) {

  /**
   * Encodes the tensor's chunks.
   *
   * @param parent the parent's values, where there is a parent
   * @param rebuilt takes the values that a decoder gives
   */
  List<byte[]> encode(ChunkEncoder encoder, float[] parent, float[] rebuilt) {
    int rowElements = matrix.transposed() ? matrix.rows() : matrix.columns();
    int storedRows = levels.length / rowElements;
    int stepsPerRowBlock =
        block.rows() == BlockShape.ALL
            ? steps.length
            : steps.length / ((storedRows + block.rows() - 1) / block.rows());
    List<byte[]> encoded = new ArrayList<>();
    for (ChunkSlice slice : matrix.slices()) {
      int start = (int) ((slice.offset() - matrix.section().offset()) / Float.BYTES);
      int length = slice.length() / Float.BYTES;
      int firstRow = start / rowElements;
      int rows = length / rowElements;
      short[] own = steps;
      if (block.rows() != BlockShape.ALL) {
        int firstBlock = firstRow / block.rows();
        int blocks = (rows + block.rows() - 1) / block.rows();
        own =
            Arrays.copyOfRange(
                steps, firstBlock * stepsPerRowBlock, (firstBlock + blocks) * stepsPerRowBlock);
      }
      GridChunk grid =
          new GridChunk(
              rowElements, block, own, null, Arrays.copyOfRange(levels, start, start + length));
      byte[] base = difference ? bytes(parent, start, length) : null;
      byte[] values = grid.reconstruct(base);
      ByteBuffer.wrap(values)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(rebuilt, start, length);
      encoded.add(encoder.encode(grid, base));
    }
    return encoded;
  }

  private static byte[] bytes(float[] values, int start, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, start, length);
    return bytes.array();
  }
}
