package io.luntra.kzg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * A sum of blobs times 128-bit factors, element by element modulo r. A product has fewer than 384
 * bits; an element has room for 448, so 2^64 of them are added before anything is reduced.
 */
final class BlobSum {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** 64-bit limbs of an element, the least significant first. */
  private static final int LIMBS = 7;

  private final long[] sums = new long[FieldElements.PER_BLOB * LIMBS];

  /**
   * @param factor 0 to 2^128 - 1
   * @param blob valid, not kept
   */
  void add(BigInteger factor, byte[] blob) {
    long low = factor.longValue();
    long high = factor.shiftRight(Long.SIZE).longValue();
    int sum = 0;
    for (int at = 0; at < blob.length; at += FieldElements.BYTES) {
      long e0 = (long) LONG.get(blob, at + 24);
      long e1 = (long) LONG.get(blob, at + 16);
      long e2 = (long) LONG.get(blob, at + 8);
      long e3 = (long) LONG.get(blob, at);
      addProduct(sum, low, e0, e1, e2, e3);
      addProduct(sum + 1, high, e0, e1, e2, e3);
      sum += LIMBS;
    }
  }

  /** Adds factor × e to the number whose lowest limb is at {@code limb}. */
  private void addProduct(int limb, long factor, long e0, long e1, long e2, long e3) {
    long carry = addProduct(limb, factor, e0, 0);
    carry = addProduct(limb + 1, factor, e1, carry);
    carry = addProduct(limb + 2, factor, e2, carry);
    carry = addProduct(limb + 3, factor, e3, carry);
    for (int i = limb + 4; carry != 0; i++) {
      sums[i] += carry;
      carry = Long.compareUnsigned(sums[i], carry) < 0 ? 1 : 0;
    }
  }

  /** a × b + limb + carry has at most 128 bits: the low 64 stay, the high 64 are returned. */
  private long addProduct(int limb, long a, long b, long carry) {
    long low = a * b;
    long high = Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
    long sum = sums[limb] + low;
    high += Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    sum += carry;
    high += Long.compareUnsigned(sum, carry) < 0 ? 1 : 0;
    sums[limb] = sum;
    return high;
  }

  byte[] toBlob() {
    byte[] blob = new byte[FieldElements.BLOB_BYTES];
    byte[] sum = new byte[LIMBS * Long.BYTES];
    for (int element = 0; element < FieldElements.PER_BLOB; element++) {
      for (int i = 0; i < LIMBS; i++) {
        LONG.set(sum, (LIMBS - 1 - i) * Long.BYTES, sums[element * LIMBS + i]);
      }
      byte[] reduced = new BigInteger(1, sum).mod(FieldElements.MODULUS_INTEGER).toByteArray();
      int end = (element + 1) * FieldElements.BYTES;
      System.arraycopy(reduced, 0, blob, end - reduced.length, reduced.length);
    }
    return blob;
  }
}
