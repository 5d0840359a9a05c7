package io.luntra.ethereum.transaction;

import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.KzgCommitment;
import java.util.Objects;

/**
 * A blob with what proves it to the network. The arrays are not copied and not to be changed.
 *
 * @param blob 131,072 bytes
 * @param proofs 48 bytes for {@link SidecarVersion#V0}, 128 × 48 for {@link SidecarVersion#V1}
 */
public record BlobSidecar(byte[] blob, KzgCommitment commitment, byte[] proofs) {
  public static final int BLOB_BYTES = 131_072;

  public BlobSidecar {
    Objects.requireNonNull(commitment, "commitment");
    if (blob.length != BLOB_BYTES) {
      throw new InvalidInputException(
          "Blob of %d bytes, expected %d".formatted(blob.length, BLOB_BYTES));
    }
    if (proofs.length != SidecarVersion.V0.proofBytes()
        && proofs.length != SidecarVersion.V1.proofBytes()) {
      throw new InvalidInputException(
          "Proofs of %d bytes, expected %d or %d"
              .formatted(
                  proofs.length, SidecarVersion.V0.proofBytes(), SidecarVersion.V1.proofBytes()));
    }
  }
}
