package io.luntra.blob;

import org.bouncycastle.crypto.digests.KeccakDigest;

/** Keccak-256 as Ethereum uses it: with the padding before FIPS 202. */
public final class Keccak {
  private Keccak() {}

  /** The hash of these bytes one after the other. */
  public static Bytes32 hash(byte[]... parts) {
    KeccakDigest digest = new KeccakDigest(256);
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] hash = new byte[32];
    digest.doFinal(hash, 0);
    return new Bytes32(hash);
  }
}
