package io.luntra.merkle;

import io.luntra.blob.Bytes32;
import io.luntra.kzg.VersionedHash;
import java.util.ArrayList;
import java.util.List;

/**
 * The Merkle tree over all blobs of a release in release order: data, manifest, root manifest. The
 * index in a leaf counts through all three.
 */
public final class ReleaseMerkle {
  private ReleaseMerkle() {}

  public static Bytes32 root(
      Bytes32 releaseId,
      List<VersionedHash> dataHashes,
      List<VersionedHash> manifestHashes,
      List<VersionedHash> rootHashes) {
    return tree(releaseId, dataHashes, manifestHashes, rootHashes).root();
  }

  /**
   * The tree whose leaf i belongs to the i-th blob in release order.
   *
   * @throws IllegalArgumentException when there is no blob at all
   */
  public static MerkleTree tree(
      Bytes32 releaseId,
      List<VersionedHash> dataHashes,
      List<VersionedHash> manifestHashes,
      List<VersionedHash> rootHashes) {
    List<Bytes32> leaves =
        new ArrayList<>(dataHashes.size() + manifestHashes.size() + rootHashes.size());
    add(leaves, BlobKind.DATA, releaseId, dataHashes);
    add(leaves, BlobKind.MANIFEST, releaseId, manifestHashes);
    add(leaves, BlobKind.ROOT_MANIFEST, releaseId, rootHashes);
    return MerkleTree.of(leaves);
  }

  private static void add(
      List<Bytes32> leaves, BlobKind kind, Bytes32 releaseId, List<VersionedHash> hashes) {
    for (VersionedHash hash : hashes) {
      leaves.add(MerkleLeaf.hash(kind, releaseId, leaves.size(), hash));
    }
  }
}
