package io.luntra.blob;

import java.util.Arrays;

/** 32 bytes: a Keccak-256 hash, a release id, a Merkle root. The array is owned by this value. */
public record Bytes32(byte[] bytes) implements Comparable<Bytes32> {
  public static final Bytes32 ZERO = new Bytes32(new byte[32]);

  public Bytes32 {
    if (bytes.length != 32) {
      throw new IllegalArgumentException("Expected 32 bytes, found " + bytes.length);
    }
  }

  /** Parses 64 hex digits, with or without 0x. */
  public static Bytes32 fromHex(String hex) {
    return new Bytes32(Hex.decode(hex, 32));
  }

  /** 0x and 64 lower-case digits. */
  public String toHex() {
    return Hex.encode(bytes);
  }

  @Override
  public int compareTo(Bytes32 other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes32 that && Arrays.equals(bytes, that.bytes);
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
