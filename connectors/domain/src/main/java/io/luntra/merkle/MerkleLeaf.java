package io.luntra.merkle;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.kzg.VersionedHash;
import java.nio.ByteBuffer;

/** The leaf of one blob in a release's Merkle tree, version 1 (FORMAT.md, Merkle tree). */
public final class MerkleLeaf {
  public static final int VERSION = 1;

  private static final int WORD = 32;

  private MerkleLeaf() {}

  /**
   * keccak256(keccak256(abi.encode(uint256 version, uint256 kind, bytes32 releaseId, uint256 index,
   * bytes32 versionedHash))), the standard leaf of OpenZeppelin's merkle-tree.
   *
   * @param index position of the blob in release order, from 0
   */
  public static Bytes32 hash(BlobKind kind, Bytes32 releaseId, long index, VersionedHash hash) {
    if (index < 0) {
      throw new IllegalArgumentException("Blob index " + index);
    }
    byte[] words =
        ByteBuffer.allocate(5 * WORD)
            .putInt(WORD - Integer.BYTES, VERSION)
            .putInt(2 * WORD - Integer.BYTES, kind.code())
            .put(2 * WORD, releaseId.bytes())
            .putLong(4 * WORD - Long.BYTES, index)
            .put(4 * WORD, hash.bytes())
            .array();
    return Keccak.hash(Keccak.hash(words).bytes());
  }
}
