package io.luntra.kzg;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import java.util.Arrays;

/** The hash by which the chain knows a blob (EIP-4844): 32 bytes, the first 0x01. */
public record VersionedHash(byte[] bytes) implements Comparable<VersionedHash> {
  public VersionedHash {
    if (bytes.length != 32) {
      throw new IllegalArgumentException("Expected 32 bytes, found " + bytes.length);
    }
    if (bytes[0] != 1) {
      throw new IllegalArgumentException(
          "Not a versioned hash of a KZG commitment: " + Hex.encode(bytes));
    }
  }

  public static VersionedHash fromHex(String hex) {
    return new VersionedHash(Hex.decode(hex, 32));
  }

  public String toHex() {
    return Hex.encode(bytes);
  }

  /** The same bytes, for hashing into trees and accumulators. */
  public Bytes32 asBytes32() {
    return new Bytes32(bytes);
  }

  @Override
  public int compareTo(VersionedHash other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof VersionedHash that && Arrays.equals(bytes, that.bytes);
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
