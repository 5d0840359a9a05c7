package io.luntra.jobs.plan;

import io.luntra.blob.Bytes32;

/** Keeps encoded chunks until they are packed. */
@FunctionalInterface
public interface ChunkStore {
  /**
   * Keeps an encoded chunk; one that is there already costs nothing.
   *
   * @return its SHA-256, by which a {@link TensorPlan} refers to it
   */
  Bytes32 put(byte[] encoded);
}
