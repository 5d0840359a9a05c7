package io.luntra.manifest;

import java.io.Serializable;

/**
 * A tensor chunk, and how much of its shard's payload it takes.
 *
 * @param artifact index of the artifact in the release
 * @param offset first byte in the artifact
 * @param length bytes in the artifact, at least 1
 * @param encodedLength bytes of the encoded chunk, header included; 0 stands for what the parent
 *     release has in this place
 */
public record ChunkReference(int artifact, long offset, int length, int encodedLength)
    implements Serializable {
  public ChunkReference {
    Checks.range("Artifact of a chunk", artifact, 0, ManifestLimits.MAX_ARTIFACTS - 1);
    Checks.range("Length of a chunk", length, 1, ManifestLimits.MAX_CHUNK_BYTES);
    Checks.range("Offset of a chunk", offset, 0, ManifestLimits.MAX_INTEGER - length);
    Checks.range("Encoded length of a chunk", encodedLength, 0, Integer.MAX_VALUE);
  }

  /** First byte of the artifact after the chunk. */
  public long end() {
    return offset + length;
  }
}
