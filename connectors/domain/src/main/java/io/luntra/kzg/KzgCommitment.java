package io.luntra.kzg;

import io.luntra.blob.Hex;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** A compressed BLS12-381 G1 point, 48 bytes: the commitment to one blob (EIP-4844). */
public record KzgCommitment(byte[] bytes) {
  public static final int BYTES = 48;
  private static final byte VERSIONED_HASH_VERSION_KZG = 0x01;

  public KzgCommitment {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("Expected 48 bytes, found " + bytes.length);
    }
  }

  public static KzgCommitment fromHex(String hex) {
    return new KzgCommitment(Hex.decode(hex, BYTES));
  }

  public String toHex() {
    return Hex.encode(bytes);
  }

  /** 0x01 and the last 31 bytes of SHA-256 of the commitment (EIP-4844, kzg_to_versioned_hash). */
  public VersionedHash versionedHash() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      hash[0] = VERSIONED_HASH_VERSION_KZG;
      return new VersionedHash(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KzgCommitment that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return toHex();
  }
}
