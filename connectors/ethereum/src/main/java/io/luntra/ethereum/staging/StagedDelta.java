package io.luntra.ethereum.staging;

import io.luntra.manifest.ParentReference;
import java.util.Objects;

/**
 * What a staged release takes from its parent.
 *
 * @param sameChunks chunks that are the parent's, of {@code chunks}
 */
public record StagedDelta(ParentReference parent, int chunks, int sameChunks) {
  public StagedDelta {
    Objects.requireNonNull(parent, "parent");
    if (sameChunks < 0 || sameChunks > chunks) {
      throw new IllegalArgumentException("%d same chunks of %d".formatted(sameChunks, chunks));
    }
  }
}
