package io.luntra.manifest;

import io.luntra.blob.Bytes32;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.tensor.TensorInfo;
import java.util.Objects;

/**
 * A tensor of the artifact whose entry stands before it.
 *
 * @param info name, element type, shape
 * @param offset first byte of its values in the artifact
 * @param range where its encoded chunks lie; {@link ShardRange#EMPTY} when it has no elements
 * @param codec word for how it was encoded
 * @param sha256 SHA-256 of its values as rebuilt
 * @param inputSha256 SHA-256 of its values in the file that was published; the same where nothing
 *     was lost
 */
public record TensorEntry(
    TensorInfo info,
    long offset,
    ShardRange range,
    String codec,
    Bytes32 sha256,
    Bytes32 inputSha256)
    implements ManifestEntry {
  public TensorEntry {
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(sha256, "sha256");
    Objects.requireNonNull(inputSha256, "inputSha256");
    Checks.word("Codec", codec);
    Checks.range(
        "Length of a tensor's name", info.name().length(), 0, ManifestLimits.MAX_NAME_LENGTH);
    Checks.range("Rank of a tensor", info.shape().size(), 0, ManifestLimits.MAX_RANK);
    Checks.range("Size of a tensor", info.bytes(), 0, ManifestLimits.MAX_INTEGER);
    for (long dimension : info.shape()) {
      Checks.range("Dimension of a tensor", dimension, 0, ManifestLimits.MAX_INTEGER);
    }
    Checks.range("Offset of a tensor", offset, 0, ManifestLimits.MAX_INTEGER - info.bytes());
    if (info.bytes() == 0 && !range.equals(ShardRange.EMPTY)) {
      throw new InvalidInputException(
          "Tensor '%s' of %d bytes lies in %s"
              .formatted(ForeignText.printable(info.name()), info.bytes(), range));
    }
  }

  /** First byte of the artifact after its values. */
  public long end() {
    return offset + info.bytes();
  }

  /** The entry's bytes in the manifest: canonical JSON in UTF-8 (FORMAT.md, artifacts). */
  public byte[] toJson() {
    return CanonicalJson.write(EntryJson.write(this));
  }

  /**
   * Parses what {@link #toJson} writes.
   *
   * @throws InvalidInputException when it is anything else
   */
  public static TensorEntry fromJson(byte[] bytes) {
    try {
      ManifestEntry entry = EntryJson.read(PartKind.ARTIFACTS, CanonicalJson.parse(bytes));
      if (!(entry instanceof TensorEntry tensor)) {
        throw new InvalidInputException("found that of an artifact");
      }
      CanonicalJson.requireSame(bytes, tensor.toJson());
      return tensor;
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(e.getMessage(), e);
    }
  }
}
