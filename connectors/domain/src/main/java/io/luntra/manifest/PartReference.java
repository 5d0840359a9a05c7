package io.luntra.manifest;

import io.luntra.blob.Bytes32;
import java.util.Objects;

/**
 * Where a part lies in the manifest's byte stream, and its hash.
 *
 * @param sha256 SHA-256 of the part's bytes
 * @param offset first byte in the stream
 * @param length bytes, 1 to 1 MiB
 */
public record PartReference(PartKind kind, Bytes32 sha256, long offset, int length) {
  public PartReference {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(sha256, "sha256");
    Checks.range("Offset of a part", offset, 0, ManifestLimits.MAX_INTEGER);
    Checks.range("Length of a part", length, 1, ManifestLimits.MAX_PART_BYTES);
  }
}
