package io.luntra.jobs.plan;

import io.luntra.blob.Bytes32;
import io.luntra.codec.TensorSettings;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one tensor of a release is encoded.
 *
 * @param artifact index of its artifact in the release
 * @param offset first byte of its values in the artifact
 * @param bytes size of its values
 * @param isParents whether all of its chunks are the parent's, whatever the settings say
 * @param ready chunks that are encoded already: offset in the artifact, and SHA-256 of the encoded
 *     chunk, by which the {@link PlanStore} has it
 */
public record TensorPlan(
    int artifact,
    String name,
    long offset,
    long bytes,
    boolean isParents,
    TensorSettings settings,
    SortedMap<Long, Bytes32> ready) {
  public TensorPlan {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(settings, "settings");
    ready = new TreeMap<>(ready);
    if (artifact < 0 || offset < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "Tensor of %d bytes at %d of artifact %d".formatted(bytes, offset, artifact));
    }
    for (Map.Entry<Long, Bytes32> chunk : ready.entrySet()) {
      if (chunk.getKey() < offset || chunk.getKey() - offset >= bytes) {
        throw new IllegalArgumentException(
            "Tensor '%s' at %d of %d bytes with a chunk at %d"
                .formatted(name, offset, bytes, chunk.getKey()));
      }
    }
  }

  /** The same tensor, taken from the parent as it is. */
  TensorPlan asParents() {
    return new TensorPlan(
        artifact, name, offset, bytes, true, TensorSettings.LOSSLESS, new TreeMap<>());
  }
}
