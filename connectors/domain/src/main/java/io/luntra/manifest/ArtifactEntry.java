package io.luntra.manifest;

import io.luntra.blob.Bytes32;
import io.luntra.release.ArtifactPath;
import java.util.Objects;

/**
 * A file of a release.
 *
 * @param path relative, '/' separated
 * @param bytes size of the file
 * @param sha256 SHA-256 of the rebuilt file
 * @param inputSha256 SHA-256 of the file that was published; the same where nothing was lost
 */
public record ArtifactEntry(String path, long bytes, Bytes32 sha256, Bytes32 inputSha256)
    implements ManifestEntry {
  public ArtifactEntry {
    ArtifactPath.check(path);
    Checks.range("Size of artifact " + path, bytes, 0, ManifestLimits.MAX_INTEGER);
    Objects.requireNonNull(sha256, "sha256");
    Objects.requireNonNull(inputSha256, "inputSha256");
  }

  /** The entry's bytes in the manifest: canonical JSON in UTF-8 (FORMAT.md, artifacts). */
  public byte[] toJson() {
    return CanonicalJson.write(EntryJson.write(this));
  }
}
