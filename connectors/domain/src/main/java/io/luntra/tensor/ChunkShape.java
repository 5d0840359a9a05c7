package io.luntra.tensor;

import java.util.Objects;

/**
 * What the values of one tensor chunk are, as far as a codec must know.
 *
 * @param dtype element type; UINT8 for container bytes
 * @param rank number of dimensions of the tensor that the chunk is cut from; 0 for container bytes
 * @param rowElements elements per row of this chunk, at least 1; the last row of a chunk that was
 *     cut inside a row longer than a chunk may be shorter
 */
public record ChunkShape(DataType dtype, int rank, int rowElements) {
  public static final ChunkShape CONTAINER_BYTES = new ChunkShape(DataType.UINT8, 0, 1);

  public ChunkShape {
    Objects.requireNonNull(dtype, "dtype");
    if (rank < 0 || rowElements < 1) {
      throw new IllegalArgumentException("rank " + rank + ", row of " + rowElements);
    }
  }
}
