package io.luntra.kzg;

import java.math.BigInteger;
import java.util.Random;

/** Blobs for tests. */
public final class TestBlobs {
  private TestBlobs() {}

  /** Field elements below 2^254, the same for the same seed. */
  public static byte[] random(long seed) {
    Random random = new Random(seed);
    byte[] blob = new byte[131_072];
    random.nextBytes(blob);
    for (int i = 0; i < blob.length; i += 32) {
      blob[i] &= 0x3f;
    }
    return blob;
  }

  /** Every field element is this small number. */
  public static byte[] constant(int value) {
    byte[] blob = new byte[131_072];
    for (int i = 31; i < blob.length; i += 32) {
      blob[i] = (byte) value;
    }
    return blob;
  }

  /** Every field element is this number, below 2^256. */
  public static byte[] filledWith(BigInteger value) {
    byte[] blob = new byte[131_072];
    byte[] element = value.toByteArray();
    for (int end = 32; end <= blob.length; end += 32) {
      System.arraycopy(element, 0, blob, end - element.length, element.length);
    }
    return blob;
  }
}
