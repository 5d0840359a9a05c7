package io.luntra.kzg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ethereum.ckzg4844.CKZG4844JNI;
import io.luntra.blob.Hex;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Kzg} does. */
abstract class KzgContractTest {
  private static final String MODULUS =
      "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

  /** Twice the generator of G1, compressed: the group law's known answer. */
  private static final String G1_DOUBLED =
      "0xa572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62a"
          + "e28f75bb8f1c7c42c39a8c5529bf0f4e";

  private static final String G1 =
      "0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
          + "6c55e83ff97a1aeffb3af00adb22c6bb";

  abstract Kzg kzg();

  @Test
  void theZeroBlobCommitsToThePointAtInfinity() {
    KzgCommitment commitment = kzg().commit(new byte[131_072]);
    assertThat(commitment.toHex()).isEqualTo("0xc0" + "00".repeat(47));
    assertThat(commitment.versionedHash().toHex())
        .isEqualTo("0x010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014");
  }

  @Test
  void aConstantBlobCommitsToThatMultipleOfTheGenerator() {
    assertThat(kzg().commit(TestBlobs.constant(1)).toHex()).isEqualTo(G1);
    assertThat(kzg().commit(TestBlobs.constant(2)).toHex()).isEqualTo(G1_DOUBLED);
  }

  @Test
  void theBlobProofOpensTheCommitment() {
    byte[] blob = TestBlobs.random(1);
    KzgCommitment commitment = kzg().commit(blob);
    byte[] proof = kzg().blobProof(blob, commitment);
    assertThat(CKZG4844JNI.verifyBlobKzgProof(blob, commitment.bytes(), proof)).isTrue();
    byte[] other = TestBlobs.random(2);
    assertThat(CKZG4844JNI.verifyBlobKzgProof(other, commitment.bytes(), proof)).isFalse();
  }

  @Test
  void cellProofsOpenTheirBlobAndNoOther() {
    byte[] blob = TestBlobs.random(3);
    KzgCommitment commitment = kzg().commit(blob);
    byte[] proofs = kzg().cellProofs(blob);
    assertThat(proofs).hasSize(128 * 48);
    assertThat(kzg().verifyCellProofs(blob, commitment, proofs)).isTrue();

    byte[] changed = blob.clone();
    changed[131_071] ^= 1;
    assertThat(kzg().verifyCellProofs(changed, commitment, proofs)).isFalse();
    assertThat(kzg().verifyCellProofs(blob, kzg().commit(changed), proofs)).isFalse();

    byte[] noPoint = proofs.clone();
    noPoint[50] ^= 1;
    assertThat(kzg().verifyCellProofs(blob, commitment, noPoint)).isFalse();
    byte[] swapped = proofs.clone();
    System.arraycopy(proofs, 0, swapped, 48, 48);
    assertThat(kzg().verifyCellProofs(blob, commitment, swapped)).isFalse();
    assertThat(kzg().verifyCellProofs(blob, new KzgCommitment(new byte[48]), proofs)).isFalse();
    assertThatThrownBy(() -> kzg().verifyCellProofs(blob, commitment, new byte[127 * 48]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected 6144 bytes of cell proofs, found 6096");
  }

  @Test
  void anOpeningProvesItsElementAndNothingElse() {
    byte[] blob = TestBlobs.random(6);
    KzgCommitment commitment = kzg().commit(blob);
    for (int element : new int[] {0, 1, 2, 1000, 4095}) {
      byte[] value = Arrays.copyOfRange(blob, 32 * element, 32 * element + 32);
      byte[] proof = kzg().openElement(blob, element);
      assertThat(kzg().verifyElement(commitment, element, value, proof)).isTrue();

      assertThat(kzg().verifyElement(commitment, element ^ 1, value, proof)).isFalse();
      KzgCommitment other = kzg().commit(TestBlobs.random(7));
      assertThat(kzg().verifyElement(other, element, value, proof)).isFalse();
      byte[] otherProof = kzg().openElement(blob, element ^ 1);
      assertThat(kzg().verifyElement(commitment, element, value, otherProof)).isFalse();
      value[31] ^= 1;
      assertThat(kzg().verifyElement(commitment, element, value, proof)).isFalse();
    }
  }

  @Test
  void whatIsNoPointOrNoElementProvesNothing() {
    byte[] blob = TestBlobs.constant(1);
    KzgCommitment commitment = kzg().commit(blob);
    byte[] value = Arrays.copyOf(blob, 32);
    byte[] proof = kzg().openElement(blob, 5);
    assertThat(kzg().verifyElement(commitment, 5, value, proof)).isTrue();
    byte[] tooLarge = new BigInteger(1, value).add(new BigInteger(MODULUS, 16)).toByteArray();
    assertThat(kzg().verifyElement(commitment, 5, tooLarge, proof)).isFalse();
    assertThat(kzg().verifyElement(commitment, 5, value, new byte[48])).isFalse();
    assertThat(kzg().verifyElement(new KzgCommitment(new byte[48]), 5, value, proof)).isFalse();
    for (int element : new int[] {-1, 4096}) {
      assertThatThrownBy(() -> kzg().openElement(blob, element))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> kzg().verifyElement(commitment, element, value, proof))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> kzg().verifyElement(commitment, 5, value, new byte[47]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected 48 bytes of a KZG proof, found 47");
    assertThatThrownBy(() -> kzg().verifyElement(commitment, 5, new byte[31], proof))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Expected 32 bytes of a field element, found 31");
  }

  /** p(x) = x: its values are the points themselves, and the quotient is 1 at each of them. */
  @Test
  void anElementIsOpenedAtTheRootOfUnityOfItsReversedIndex() {
    BigInteger modulus = new BigInteger(MODULUS, 16);
    BigInteger root =
        BigInteger.valueOf(7).modPow(modulus.subtract(BigInteger.ONE).shiftRight(12), modulus);
    byte[] blob = new byte[131_072];
    for (int i = 0; i < 4096; i++) {
      String bits = Integer.toBinaryString(4096 + i).substring(1);
      BigInteger reversed = new BigInteger(new StringBuilder(bits).reverse().toString(), 2);
      byte[] point = root.modPow(reversed, modulus).toByteArray();
      System.arraycopy(point, 0, blob, 32 * i + 32 - point.length, point.length);
    }
    for (int element : new int[] {0, 1, 7, 4095}) {
      assertThat(Hex.encode(kzg().openElement(blob, element))).isEqualTo(G1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 131_071, 131_073})
  void refusesABlobOfAnotherLength(int length) {
    assertRefused(new byte[length], "Expected a blob of 131072 bytes, found " + length);
  }

  @Property(tries = 12)
  void refusesAnElementNotBelowTheModulusAndNamesIt(
      @ForAll @IntRange(max = 4095) int element, @ForAll boolean allOnes) {
    byte[] blob = TestBlobs.random(4);
    byte[] value = HexFormat.of().parseHex(allOnes ? "f".repeat(64) : MODULUS);
    System.arraycopy(value, 0, blob, 32 * element, 32);
    assertRefused(
        blob, "Field element " + element + " of the blob is not below the BLS12-381 modulus");
  }

  @Test
  void takesTheLargestElement() {
    byte[] blob = new byte[131_072];
    byte[] value = HexFormat.of().parseHex(MODULUS);
    value[31]--;
    for (int i = 0; i < 4096; i++) {
      System.arraycopy(value, 0, blob, 32 * i, 32);
    }
    // -1 times the generator: its other square root
    assertThat(kzg().commit(blob).toHex()).isEqualTo(G1.replaceFirst("0x97", "0xb7"));
  }

  @Property(tries = 8)
  void anyChangeOfTheBlobChangesTheCommitment(@ForAll @IntRange(max = 131_071) int at) {
    byte[] blob = TestBlobs.random(5);
    KzgCommitment before = kzg().commit(blob);
    blob[at] ^= 1;
    assertThat(kzg().commit(blob)).isNotEqualTo(before);
  }

  private void assertRefused(byte[] blob, String message) {
    KzgCommitment any = new KzgCommitment(HexFormat.of().parseHex(G1.substring(2)));
    assertThatThrownBy(() -> kzg().commit(blob))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> kzg().cellProofs(blob)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kzg().openElement(blob, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kzg().blobProof(blob, any))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kzg().verifyCellProofs(blob, any, new byte[6144]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
