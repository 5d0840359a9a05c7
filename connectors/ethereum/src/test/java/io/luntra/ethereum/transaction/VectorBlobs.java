package io.luntra.ethereum.transaction;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Blobs by the rule of blob-transaction-vectors.json. */
public final class VectorBlobs {
  private static final int ELEMENTS = 4096;

  private VectorBlobs() {}

  public static byte[] blob(String seed, int index) {
    byte[] ascii = seed.getBytes(StandardCharsets.US_ASCII);
    ByteBuffer message = ByteBuffer.allocate(ascii.length + 8).put(ascii).putInt(index);
    ByteBuffer blob = ByteBuffer.allocate(32 * ELEMENTS);
    for (int element = 0; element < ELEMENTS; element++) {
      message.putInt(ascii.length + 4, element);
      byte[] value = sha256(message.array());
      value[0] = 0;
      blob.put(value);
    }
    return blob.array();
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
