package io.luntra.devnet;

import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.util.Arrays;

/** What stands around the body of a blob transaction in network form (EIP-4844, EIP-7594). */
record BlobSidecar(int blobs, int cellProofs) {
  static final BlobSidecar NONE = new BlobSidecar(0, 0);
  static final int MAX_BLOBS = 6;
  private static final int BLOB_BYTES = 131_072;
  private static final int PROOF_BYTES = 48;
  private static final int CELLS = 128;

  /**
   * Checks version, counts, sizes and that the commitments give the hashes; proofs are the node's.
   *
   * @param envelope {@code [body, version, blobs, commitments, cell proofs]}
   * @param hashes the versioned hashes of the body
   */
  static BlobSidecar check(RlpFields envelope, RlpFields hashes) {
    if (envelope.size() == 4) {
      throw new PoolRefusal("unexpected sidecar version, want: 1, got: 0");
    }
    envelope.requireSize(5);
    byte[] version = envelope.bytes(1);
    if (version.length != 1 || version[0] != 1) {
      throw new PoolRefusal(
          "unexpected sidecar version, want: 1, got: "
              + (version.length == 0 ? "0" : String.valueOf(version[0] & 0xff)));
    }
    RlpFields blobs = envelope.list(2, "blobs");
    RlpFields commitments = envelope.list(3, "commitments");
    RlpFields proofs = envelope.list(4, "cell proofs");
    int count = hashes.size();
    if (blobs.size() != count) {
      throw new PoolRefusal(
          "invalid number of %d blobs compared to %d blob hashes".formatted(blobs.size(), count));
    }
    if (commitments.size() != count) {
      throw new PoolRefusal(
          "invalid number of %d blob commitments compared to %d blob hashes"
              .formatted(commitments.size(), count));
    }
    if (proofs.size() != count * CELLS) {
      throw new PoolRefusal(
          "invalid number of %d blob proofs expected %d".formatted(proofs.size(), count * CELLS));
    }
    for (int i = 0; i < count; i++) {
      blobs.bytes(i, BLOB_BYTES);
      byte[] expected = hashes.bytes(i);
      VersionedHash found =
          new KzgCommitment(commitments.bytes(i, KzgCommitment.BYTES)).versionedHash();
      if (!Arrays.equals(expected, found.bytes())) {
        throw new PoolRefusal(
            "blob %d: computed hash %s mismatches transaction one".formatted(i, found));
      }
    }
    for (int i = 0; i < proofs.size(); i++) {
      proofs.bytes(i, PROOF_BYTES);
    }
    return new BlobSidecar(count, proofs.size());
  }
}
