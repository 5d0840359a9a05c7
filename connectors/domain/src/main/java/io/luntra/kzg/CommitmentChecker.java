package io.luntra.kzg;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import supranational.blst.P1;

/**
 * Checks many blobs against their commitments with one commitment: for random 128-bit r_i, the sum
 * of r_i · commitment_i must be the commitment to the sum of r_i · blob_i. Commitments are linear,
 * so a false one passes with a probability of about 2^-128. Safe for use by several threads.
 */
public final class CommitmentChecker {
  private static final int FACTOR_BITS = 128;

  private final Kzg kzg;
  private final Random random;

  public CommitmentChecker(Kzg kzg) {
    this(kzg, new SecureRandom());
  }

  /**
   * @param random must not be foreseeable by who made the blobs
   */
  CommitmentChecker(Kzg kzg, Random random) {
    this.kzg = Objects.requireNonNull(kzg, "kzg");
    this.random = random;
  }

  /**
   * Whether each blob is what the commitment of the same index commits to. False, too, when
   * something is no blob or no point of the group.
   *
   * @throws IllegalArgumentException when there are not as many blobs as commitments
   */
  public boolean matches(List<byte[]> blobs, List<KzgCommitment> commitments) {
    requireSameSize(blobs, commitments);
    if (blobs.size() == 1) {
      return matches(blobs.get(0), commitments.get(0));
    }
    BlobSum blobSum = new BlobSum();
    P1 commitmentSum = new P1();
    for (int i = 0; i < blobs.size(); i++) {
      P1 point = point(commitments.get(i));
      if (point == null || !FieldElements.areValid(blobs.get(i))) {
        return false;
      }
      BigInteger factor = new BigInteger(FACTOR_BITS, random);
      blobSum.add(factor, blobs.get(i));
      commitmentSum.add(point.mult(factor));
    }
    KzgCommitment expected = new KzgCommitment(commitmentSum.compress());
    return kzg.commit(blobSum.toBlob()).equals(expected);
  }

  /**
   * Indexes of the blobs that are not what their commitment commits to, ascending; empty when
   * {@link #matches} is true. A batch that does not match costs one commitment per blob.
   *
   * @throws IllegalArgumentException when there are not as many blobs as commitments
   */
  public List<Integer> mismatches(List<byte[]> blobs, List<KzgCommitment> commitments) {
    if (matches(blobs, commitments)) {
      return List.of();
    }
    List<Integer> mismatches = new ArrayList<>();
    for (int i = 0; i < blobs.size(); i++) {
      if (!matches(blobs.get(i), commitments.get(i))) {
        mismatches.add(i);
      }
    }
    return List.copyOf(mismatches);
  }

  private boolean matches(byte[] blob, KzgCommitment commitment) {
    return FieldElements.areValid(blob) && kzg.commit(blob).equals(commitment);
  }

  /** Null when it is none of the group. The curve has more points than the group. */
  private static P1 point(KzgCommitment commitment) {
    try {
      P1 point = new P1(commitment.bytes());
      return point.in_group() ? point : null;
    } catch (RuntimeException e) {
      // how the binding says that the bytes are no point of the curve
      return null;
    }
  }

  private static void requireSameSize(List<byte[]> blobs, List<KzgCommitment> commitments) {
    if (blobs.size() != commitments.size()) {
      throw new IllegalArgumentException(
          "%d blobs, but %d commitments".formatted(blobs.size(), commitments.size()));
    }
  }
}
