package io.luntra.proof;

import io.luntra.kzg.KzgCommitment;
import io.luntra.merkle.BlobKind;
import io.luntra.merkle.MerkleTree;

/** The blobs of a release, by their index in release order. Calls may fetch. */
public interface ReleaseBlobs {
  /** The tree whose leaf i is that of blob i. */
  MerkleTree tree();

  BlobKind kind(int index);

  KzgCommitment commitment(int index);

  /** The 131,072 bytes, checked against the commitment. */
  byte[] blob(int index);
}
