package io.luntra.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Keccak;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.web3j.abi.DefaultFunctionEncoder;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

class MerkleTreeTest {
  private static final Bytes32 RELEASE = Keccak.hash(new byte[] {42});

  @Test
  void oneLeafIsTheRoot() {
    MerkleTree tree = MerkleTree.of(leaves(1));
    assertThat(tree.root()).isEqualTo(leaves(1).get(0));
    assertThat(tree.proof(0)).isEmpty();
    assertThat(MerkleTree.verify(tree.root(), leaves(1).get(0), List.of())).isTrue();
  }

  @Test
  void hashesPairsInOrderAndPromotesTheOddOne() {
    List<Bytes32> leaves = leaves(3);
    Bytes32 pair = sorted(leaves.get(0), leaves.get(1));
    MerkleTree tree = MerkleTree.of(leaves);
    assertThat(tree.root()).isEqualTo(sorted(pair, leaves.get(2)));
    assertThat(tree.proof(2)).containsExactly(pair);
    assertThat(tree.proof(0)).containsExactly(leaves.get(1), leaves.get(2));
  }

  @Property(tries = 150)
  void everyProofHoldsAndNoOtherDoes(
      @ForAll @IntRange(min = 1, max = 300) int size, @ForAll @IntRange(max = 299) int some) {
    List<Bytes32> leaves = leaves(size);
    MerkleTree tree = MerkleTree.of(leaves);
    int index = some % size;
    List<Bytes32> proof = tree.proof(index);
    assertThat(MerkleTree.verify(tree.root(), leaves.get(index), proof)).isTrue();
    assertThat(MerkleTree.verify(tree.root(), Keccak.hash(new byte[1]), proof)).isFalse();
    for (int i = 0; i < proof.size(); i++) {
      byte[] changed = proof.get(i).bytes().clone();
      changed[some % 32] ^= 1;
      List<Bytes32> other = new ArrayList<>(proof);
      other.set(i, new Bytes32(changed));
      assertThat(MerkleTree.verify(tree.root(), leaves.get(index), other)).isFalse();
      other.remove(i);
      assertThat(MerkleTree.verify(tree.root(), leaves.get(index), other)).isFalse();
    }
  }

  @Test
  void holdsSevenHundredThousandLeaves() {
    int size = 700_000;
    List<Bytes32> leaves = leaves(size);
    MerkleTree tree = MerkleTree.of(leaves);
    for (int index : new int[] {0, 1, 349_999, 524_288, 699_998, 699_999}) {
      assertThat(tree.proof(index)).hasSizeLessThanOrEqualTo(20);
      assertThat(MerkleTree.verify(tree.root(), leaves.get(index), tree.proof(index))).isTrue();
    }
  }

  @Test
  void refusesNoLeavesAndAnUnknownLeaf() {
    assertThatThrownBy(() -> MerkleTree.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MerkleTree.of(leaves(2)).proof(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Leaf 2 of 2");
  }

  @Test
  @SuppressWarnings("rawtypes")
  void aLeafIsTheDoubleHashOfItsAbiEncoding() {
    VersionedHash hash = hash(7);
    String encoded =
        new DefaultFunctionEncoder()
            .encodeParameters(
                List.<Type>of(
                    new Uint256(1),
                    new Uint256(2),
                    new org.web3j.abi.datatypes.generated.Bytes32(RELEASE.bytes()),
                    new Uint256(BigInteger.valueOf(5_000_000_000L)),
                    new org.web3j.abi.datatypes.generated.Bytes32(hash.bytes())));
    Bytes32 expected = Keccak.hash(Keccak.hash(io.luntra.blob.Hex.decode(encoded, 5 * 32)).bytes());
    assertThat(MerkleLeaf.hash(BlobKind.MANIFEST, RELEASE, 5_000_000_000L, hash))
        .isEqualTo(expected);
  }

  @Test
  void goldenRootOfARelease() {
    assertThat(
            ReleaseMerkle.root(
                    RELEASE, List.of(hash(0), hash(1), hash(2)), List.of(hash(3)), List.of(hash(4)))
                .toHex())
        .isEqualTo("0x3a73f004c4fd76a00d124777df9f064b7f3bb2af42579d6200296ce3922bdd4a");
  }

  @Test
  void kindPositionAndReleaseStandInTheLeaf() {
    Bytes32 leaf = MerkleLeaf.hash(BlobKind.DATA, RELEASE, 0, hash(0));
    assertThat(
            List.of(
                MerkleLeaf.hash(BlobKind.MANIFEST, RELEASE, 0, hash(0)),
                MerkleLeaf.hash(BlobKind.DATA, RELEASE, 1, hash(0)),
                MerkleLeaf.hash(BlobKind.DATA, Bytes32.ZERO, 0, hash(0)),
                MerkleLeaf.hash(BlobKind.DATA, RELEASE, 0, hash(1))))
        .doesNotContain(leaf)
        .doesNotHaveDuplicates();
    MerkleTree tree =
        ReleaseMerkle.tree(RELEASE, List.of(hash(0)), List.of(hash(1)), List.of(hash(2)));
    Bytes32 last = MerkleLeaf.hash(BlobKind.ROOT_MANIFEST, RELEASE, 2, hash(2));
    assertThat(MerkleTree.verify(tree.root(), last, tree.proof(2))).isTrue();
  }

  private static Bytes32 sorted(Bytes32 a, Bytes32 b) {
    return a.compareTo(b) < 0
        ? Keccak.hash(a.bytes(), b.bytes())
        : Keccak.hash(b.bytes(), a.bytes());
  }

  private static VersionedHash hash(int number) {
    byte[] bytes = Keccak.hash(ByteBuffer.allocate(4).putInt(number).array()).bytes();
    bytes[0] = 1;
    return new VersionedHash(bytes);
  }

  private static List<Bytes32> leaves(int size) {
    return IntStream.range(0, size)
        .mapToObj(i -> MerkleLeaf.hash(BlobKind.DATA, RELEASE, i, hash(i)))
        .toList();
  }
}
