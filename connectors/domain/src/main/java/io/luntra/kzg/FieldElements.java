package io.luntra.kzg;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** What makes 131,072 bytes a blob (EIP-4844, blob_to_polynomial). */
final class FieldElements {
  static final int PER_BLOB = 4096;
  static final int BYTES = 32;
  static final int BLOB_BYTES = PER_BLOB * BYTES;

  /** r, the order of the BLS12-381 subgroups. */
  private static final byte[] MODULUS =
      HexFormat.of().parseHex("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");

  static final BigInteger MODULUS_INTEGER = new BigInteger(1, MODULUS);

  /** 7^((r - 1) / 4096), which generates the 4096th roots of unity (EIP-4844). */
  private static final BigInteger ROOT_OF_UNITY =
      BigInteger.valueOf(7)
          .modPow(
              MODULUS_INTEGER.subtract(BigInteger.ONE).divide(BigInteger.valueOf(PER_BLOB)),
              MODULUS_INTEGER);

  private static final int NONE = -1;

  private FieldElements() {}

  /** Whether these bytes are a blob. */
  static boolean areValid(byte[] blob) {
    return blob.length == BLOB_BYTES && firstTooLarge(blob) == NONE;
  }

  /**
   * Requires these bytes to be a blob.
   *
   * @throws IllegalArgumentException on a wrong length, or an element that is not below r
   */
  static void check(byte[] blob) {
    if (blob.length != BLOB_BYTES) {
      throw new IllegalArgumentException(
          "Expected a blob of %d bytes, found %d".formatted(BLOB_BYTES, blob.length));
    }
    int tooLarge = firstTooLarge(blob);
    if (tooLarge != NONE) {
      throw new IllegalArgumentException(
          "Field element %d of the blob is not below the BLS12-381 modulus".formatted(tooLarge));
    }
  }

  /**
   * Where a blob's polynomial has the value of an element, 32 bytes (EIP-4844, bit-reversed order).
   *
   * @param element 0 to 4095
   */
  static byte[] pointOf(int element) {
    int power =
        Integer.reverse(Objects.checkIndex(element, PER_BLOB))
            >>> (Integer.SIZE - Integer.numberOfTrailingZeros(PER_BLOB));
    byte[] signed = ROOT_OF_UNITY.modPow(BigInteger.valueOf(power), MODULUS_INTEGER).toByteArray();
    byte[] point = new byte[BYTES];
    System.arraycopy(signed, 0, point, BYTES - signed.length, signed.length);
    return point;
  }

  private static int firstTooLarge(byte[] blob) {
    for (int at = 0; at < BLOB_BYTES; at += BYTES) {
      boolean canBeLarge = (blob[at] & 0xff) >= (MODULUS[0] & 0xff);
      if (canBeLarge && Arrays.compareUnsigned(blob, at, at + BYTES, MODULUS, 0, BYTES) >= 0) {
        return at / BYTES;
      }
    }
    return NONE;
  }
}
