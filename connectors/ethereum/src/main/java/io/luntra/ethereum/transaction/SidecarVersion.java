package io.luntra.ethereum.transaction;

import io.luntra.kzg.Kzg;

/** How the blobs of a transaction travel beside it. */
public enum SidecarVersion {
  /** EIP-4844, before Osaka: one proof per blob. */
  V0(Kzg.PROOF_BYTES),
  /** EIP-7594, since Osaka: 128 cell proofs per blob. */
  V1(Kzg.CELLS_PER_EXT_BLOB * Kzg.PROOF_BYTES);

  private final int proofBytes;

  SidecarVersion(int proofBytes) {
    this.proofBytes = proofBytes;
  }

  /** Bytes of proofs per blob: 48 or 6,144. */
  public int proofBytes() {
    return proofBytes;
  }
}
