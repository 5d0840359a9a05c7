package io.luntra.release;

import io.luntra.tensor.ChunkShape;
import java.util.Objects;

/**
 * Where a tensor chunk lies in its release: bytes [offset, offset + length) of one artifact.
 *
 * @param artifact index of the artifact in its release
 */
public record ChunkSlice(int artifact, long offset, int length, ChunkShape shape) {
  public ChunkSlice {
    Objects.requireNonNull(shape, "shape");
    if (artifact < 0 || offset < 0 || length < 0 || length % shape.dtype().bytes() != 0) {
      throw new IllegalArgumentException(
          "Chunk of %d bytes at %d of artifact %d".formatted(length, offset, artifact));
    }
  }
}
