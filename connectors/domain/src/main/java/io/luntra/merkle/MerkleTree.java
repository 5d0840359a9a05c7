package io.luntra.merkle;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Merkle tree whose proofs OpenZeppelin's MerkleProof accepts: a node is the Keccak-256 of its
 * two children, the smaller one first; the last node of an odd row goes up a row as it is.
 */
public final class MerkleTree {
  private static final int BYTES = 32;

  /** Row 0 is the leaves, the last row is the root; nodes of 32 bytes one after the other. */
  private final List<byte[]> rows;

  private MerkleTree(List<byte[]> rows) {
    this.rows = rows;
  }

  /** The tree over these leaves, of which there must be at least one. */
  public static MerkleTree of(List<Bytes32> leaves) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("A Merkle tree needs a leaf");
    }
    byte[] row = new byte[Math.multiplyExact(leaves.size(), BYTES)];
    int position = 0;
    for (Bytes32 leaf : leaves) {
      System.arraycopy(leaf.bytes(), 0, row, position, BYTES);
      position += BYTES;
    }
    List<byte[]> rows = new ArrayList<>();
    rows.add(row);
    while (row.length > BYTES) {
      row = above(row);
      rows.add(row);
    }
    return new MerkleTree(rows);
  }

  private static byte[] above(byte[] row) {
    int nodes = row.length / BYTES;
    byte[] above = new byte[(nodes + 1) / 2 * BYTES];
    for (int i = 0; i + 1 < nodes; i += 2) {
      byte[] parent = parent(node(row, i), node(row, i + 1));
      System.arraycopy(parent, 0, above, i / 2 * BYTES, BYTES);
    }
    if (nodes % 2 == 1) {
      System.arraycopy(row, row.length - BYTES, above, above.length - BYTES, BYTES);
    }
    return above;
  }

  public Bytes32 root() {
    return new Bytes32(rows.get(rows.size() - 1).clone());
  }

  /** Number of leaves. */
  public int size() {
    return rows.get(0).length / BYTES;
  }

  /** The siblings on the way from a leaf to the root, at most one per row. */
  public List<Bytes32> proof(int leaf) {
    if (leaf < 0 || leaf >= size()) {
      throw new IllegalArgumentException("Leaf " + leaf + " of " + size());
    }
    List<Bytes32> proof = new ArrayList<>();
    int index = leaf;
    for (byte[] row : rows) {
      int sibling = index ^ 1;
      if (sibling < row.length / BYTES) {
        proof.add(new Bytes32(node(row, sibling)));
      }
      index /= 2;
    }
    return List.copyOf(proof);
  }

  /** Whether the siblings lead from the leaf to the root. */
  public static boolean verify(Bytes32 root, Bytes32 leaf, List<Bytes32> proof) {
    byte[] node = leaf.bytes();
    for (Bytes32 sibling : proof) {
      node = parent(node, sibling.bytes());
    }
    return Arrays.equals(node, root.bytes());
  }

  private static byte[] parent(byte[] left, byte[] right) {
    boolean inOrder = Arrays.compareUnsigned(left, right) < 0;
    return Keccak.hash(inOrder ? left : right, inOrder ? right : left).bytes();
  }

  private static byte[] node(byte[] row, int index) {
    return Arrays.copyOfRange(row, index * BYTES, (index + 1) * BYTES);
  }
}
