package io.luntra.ethereum.beacon;

import io.luntra.failure.VerificationException;
import io.luntra.kzg.VersionedHash;
import java.util.List;
import java.util.stream.Stream;

/** Blobs that were published are not served, or other bytes are served in their place. */
public final class BlobUnavailableException extends VerificationException {
  private static final long serialVersionUID = 1L;

  private final String[] missing;
  private final String[] unwanted;

  /**
   * @param wanted how many blobs were asked for
   * @param missing those that were not served
   * @param unwanted versioned hashes of valid blobs that were served instead
   * @param invalid how many were served that are not field elements, so have no versioned hash
   */
  BlobUnavailableException(
      String source,
      BlockReference block,
      int wanted,
      List<VersionedHash> missing,
      List<VersionedHash> unwanted,
      int invalid) {
    super(message(source, block, wanted, missing, unwanted, invalid));
    this.missing = missing.stream().map(VersionedHash::toHex).toArray(String[]::new);
    this.unwanted = unwanted.stream().map(VersionedHash::toHex).toArray(String[]::new);
  }

  private static String message(
      String source,
      BlockReference block,
      int wanted,
      List<VersionedHash> missing,
      List<VersionedHash> unwanted,
      int invalid) {
    StringBuilder message = new StringBuilder();
    message.append(
        "%s: %d of %d blobs of %s are not served: %s"
            .formatted(source, missing.size(), wanted, block, missing));
    if (unwanted.isEmpty() && invalid == 0) {
      message.append("; nothing in their place");
    } else {
      message.append("; in their place ").append(unwanted.size() + invalid).append(" others");
      if (!unwanted.isEmpty()) {
        message.append(", with versioned hashes ").append(unwanted);
      }
      if (invalid > 0) {
        message.append(", ").append(invalid).append(" of them not made of field elements");
      }
    }
    return message.toString();
  }

  /** The wanted blobs that were not served. */
  public List<VersionedHash> missing() {
    return Stream.of(missing).map(VersionedHash::fromHex).toList();
  }

  /** The versioned hashes of the blobs that were served and not wanted. */
  public List<VersionedHash> unwanted() {
    return Stream.of(unwanted).map(VersionedHash::fromHex).toList();
  }
}
