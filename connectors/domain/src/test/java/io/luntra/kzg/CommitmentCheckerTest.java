package io.luntra.kzg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import supranational.blst.P1;

class CommitmentCheckerTest {
  private static final List<byte[]> BLOBS =
      IntStream.range(0, 6).mapToObj(TestBlobs::random).toList();
  private static final List<KzgCommitment> COMMITMENTS =
      BLOBS.stream().map(Kzg.load()::commit).toList();

  private final CommitmentChecker checker = new CommitmentChecker(Kzg.load());

  @Test
  void blobsMatchTheirCommitments() {
    for (int size = 0; size <= BLOBS.size(); size++) {
      assertThat(checker.matches(BLOBS.subList(0, size), COMMITMENTS.subList(0, size))).isTrue();
    }
    assertThat(checker.mismatches(BLOBS, COMMITMENTS)).isEmpty();
  }

  @Property(tries = 10)
  void aChangedByteIsNamed(
      @ForAll @IntRange(max = 5) int blob, @ForAll @IntRange(max = 131_071) int at) {
    List<byte[]> blobs = new ArrayList<>(BLOBS);
    byte[] changed = BLOBS.get(blob).clone();
    changed[at] ^= 1;
    blobs.set(blob, changed);
    assertThat(checker.matches(blobs, COMMITMENTS)).isFalse();
    assertThat(checker.mismatches(blobs, COMMITMENTS)).containsExactly(blob);
  }

  @Test
  void swappedBlobsAreNamedThoughTheirSumIsTheSame() {
    List<byte[]> blobs = new ArrayList<>(BLOBS);
    blobs.set(1, BLOBS.get(4));
    blobs.set(4, BLOBS.get(1));
    assertThat(checker.mismatches(blobs, COMMITMENTS)).containsExactly(1, 4);
  }

  @Test
  void whatIsNoBlobOrNoPointIsNamed() {
    List<byte[]> blobs = new ArrayList<>(BLOBS);
    byte[] tooLarge = BLOBS.get(0).clone();
    Arrays.fill(tooLarge, 64, 96, (byte) 0xff);
    blobs.set(0, tooLarge);
    blobs.set(2, new byte[5]);
    List<KzgCommitment> commitments = new ArrayList<>(COMMITMENTS);
    commitments.set(3, new KzgCommitment(new byte[48]));
    commitments.set(5, outsideTheGroup());
    assertThat(checker.matches(BLOBS, commitments)).isFalse();
    assertThat(checker.mismatches(blobs, commitments)).containsExactly(0, 2, 3, 5);
  }

  @Test
  void theZeroBlobMatchesThePointAtInfinity() {
    List<byte[]> zeros = List.of(new byte[131_072], new byte[131_072], BLOBS.get(0));
    KzgCommitment infinity = KzgCommitment.fromHex("0xc0" + "00".repeat(47));
    assertThat(checker.matches(zeros, List.of(infinity, infinity, COMMITMENTS.get(0)))).isTrue();
    assertThat(checker.mismatches(zeros, List.of(infinity, COMMITMENTS.get(0), infinity)))
        .containsExactly(1, 2);
  }

  @Test
  void refusesListsOfDifferentSizes() {
    assertThatThrownBy(() -> checker.matches(BLOBS, COMMITMENTS.subList(0, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("6 blobs, but 5 commitments");
  }

  @Property(tries = 10)
  void sumsAreThoseOfBigIntegers(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int size, @ForAll boolean largest) {
    BlobSum sum = new BlobSum();
    Random random = new Random(seed);
    BigInteger[] expected = new BigInteger[4096];
    Arrays.fill(expected, BigInteger.ZERO);
    byte[] maximum = TestBlobs.filledWith(FieldElements.MODULUS_INTEGER.subtract(BigInteger.ONE));
    for (int i = 0; i < size; i++) {
      byte[] blob = largest ? maximum : TestBlobs.random(seed + i);
      BigInteger factor =
          largest
              ? BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE)
              : new BigInteger(128, random);
      sum.add(factor, blob);
      for (int j = 0; j < 4096; j++) {
        expected[j] = expected[j].add(factor.multiply(new BigInteger(1, blob, 32 * j, 32)));
      }
    }
    byte[] found = sum.toBlob();
    for (int j = 0; j < 4096; j++) {
      assertThat(new BigInteger(1, found, 32 * j, 32))
          .isEqualTo(expected[j].mod(FieldElements.MODULUS_INTEGER));
    }
  }

  /** A point of the curve: almost none of those is in the group, whose cofactor has 126 bits. */
  private static KzgCommitment outsideTheGroup() {
    int x = 1;
    while (!isOutsideTheGroup(compressed(x))) {
      x++;
    }
    return new KzgCommitment(compressed(x));
  }

  private static boolean isOutsideTheGroup(byte[] point) {
    try {
      return !new P1(point).in_group();
    } catch (RuntimeException e) {
      // not the x of any point
      return false;
    }
  }

  private static byte[] compressed(int x) {
    byte[] bytes = new byte[48];
    bytes[0] = (byte) 0x80;
    bytes[47] = (byte) x;
    return bytes;
  }
}
