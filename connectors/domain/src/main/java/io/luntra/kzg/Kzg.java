package io.luntra.kzg;

import io.luntra.failure.LuntraException;

/**
 * KZG over blobs as EIP-4844 and EIP-7594 define it, with the set-up of Ethereum's ceremony. Safe
 * for use by several threads. Blobs are 131,072 bytes: 4096 big-endian field elements below the
 * BLS12-381 scalar modulus; anything else is an {@link IllegalArgumentException}.
 */
public interface Kzg {
  int CELLS_PER_EXT_BLOB = 128;
  int PROOF_BYTES = 48;
  int FIELD_ELEMENTS_PER_BLOB = 4096;

  /** System property: 0 to 15, how much of the cell proofs' tables is computed at set-up. */
  String PRECOMPUTE_PROPERTY = "luntra.kzg.precompute";

  /**
   * The implementation of this class loader. The first call sets it up, which takes 2 to 3 seconds;
   * calls from other threads wait for it, later ones return at once.
   *
   * @throws LuntraException when the native library cannot be loaded, when it already holds a
   *     set-up that is not ours, or when {@value #PRECOMPUTE_PROPERTY} is not a number from 0 to 15
   *     or not the one that was used first
   */
  static Kzg load() {
    return CKzg.load();
  }

  /** Commitment to a blob (blob_to_kzg_commitment). */
  KzgCommitment commit(byte[] blob);

  /**
   * The 128 cell proofs of a blob, flat: 128 × 48 bytes (compute_cells_and_kzg_proofs, proofs
   * only).
   */
  byte[] cellProofs(byte[] blob);

  /**
   * Whether 128 flat cell proofs open this blob's cells against its commitment. A commitment or
   * proof that is no point of the group opens nothing.
   */
  boolean verifyCellProofs(byte[] blob, KzgCommitment commitment, byte[] cellProofs);

  /**
   * The EIP-4844 proof of a blob, 48 bytes, as sidecars before Osaka carry it.
   *
   * @throws IllegalArgumentException when the commitment is no point of the group
   */
  byte[] blobProof(byte[] blob, KzgCommitment commitment);

  /**
   * The proof, 48 bytes, that a field element of a blob has the value that it has
   * (compute_kzg_proof). The blob's polynomial is opened where EIP-4844 puts the element: at the
   * 4096th root of unity whose power is the element's index, its 12 bits reversed.
   *
   * @param element 0 to 4095
   */
  byte[] openElement(byte[] blob, int element);

  /**
   * Whether a field element of the blob of this commitment has this value (verify_kzg_proof). A
   * commitment or proof that is no point of the group, or a value that is not below the modulus,
   * proves nothing.
   *
   * @param element 0 to 4095
   * @param value 32 bytes, big-endian
   * @param proof 48 bytes
   */
  boolean verifyElement(KzgCommitment commitment, int element, byte[] value, byte[] proof);
}
