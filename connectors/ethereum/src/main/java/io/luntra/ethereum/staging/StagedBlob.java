package io.luntra.ethereum.staging;

import io.luntra.kzg.Kzg;
import io.luntra.kzg.KzgCommitment;

/**
 * A blob with all that a transaction needs to carry it. The arrays are owned by this value.
 *
 * @param blob 131,072 bytes
 * @param cellProofs 128 × 48 bytes, flat
 */
public record StagedBlob(byte[] blob, KzgCommitment commitment, byte[] cellProofs) {
  public static final int BLOB_BYTES = 131_072;
  public static final int CELL_PROOFS_BYTES = Kzg.CELLS_PER_EXT_BLOB * Kzg.PROOF_BYTES;

  public StagedBlob {
    if (blob.length != BLOB_BYTES || cellProofs.length != CELL_PROOFS_BYTES) {
      throw new IllegalArgumentException(
          "Blob of %d bytes with %d bytes of cell proofs, expected %d and %d"
              .formatted(blob.length, cellProofs.length, BLOB_BYTES, CELL_PROOFS_BYTES));
    }
  }
}
