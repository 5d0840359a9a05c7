package io.luntra.kzg;

/**
 * KZG over blobs as EIP-4844 and EIP-7594 define it, with the set-up of Ethereum's ceremony. Safe
 * for use by several threads. Blobs are 131,072 bytes: 4096 big-endian field elements below the
 * BLS12-381 scalar modulus; anything else is an {@link IllegalArgumentException}.
 */
public interface Kzg {
  int CELLS_PER_EXT_BLOB = 128;
  int PROOF_BYTES = 48;

  /** Commitment to a blob (blob_to_kzg_commitment). */
  KzgCommitment commit(byte[] blob);

  /**
   * The 128 cell proofs of a blob, flat: 128 × 48 bytes (compute_cells_and_kzg_proofs, proofs
   * only).
   */
  byte[] cellProofs(byte[] blob);

  /** Whether 128 flat cell proofs open this blob's cells against its commitment. */
  boolean verifyCellProofs(byte[] blob, KzgCommitment commitment, byte[] cellProofs);

  /** The EIP-4844 proof of a blob, 48 bytes, as sidecars before Osaka carry it. */
  byte[] blobProof(byte[] blob, KzgCommitment commitment);
}
