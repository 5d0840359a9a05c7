package io.luntra.release;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.blob.Keccak;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The ids by which the registry knows models and releases. */
public final class ReleaseIds {
  private static final int WORD = 32;
  private static final int ADDRESS_BYTES = 20;

  private ReleaseIds() {}

  /**
   * keccak256(abi.encode(address creator, string model, string version)) (Solidity ABI, dynamic
   * types).
   *
   * @param creator account that registered the model: 20 bytes in hex, with or without 0x, in any
   *     case
   * @throws IllegalArgumentException when that is no address
   */
  public static Bytes32 of(String creator, ReleaseName release) {
    byte[] name = string(release.name());
    byte[] version = string(release.version());
    int heads = 3 * WORD;
    return Keccak.hash(address(creator), word(heads), word(heads + name.length), name, version);
  }

  /**
   * The model's token: keccak256(abi.encode(address creator, string model)).
   *
   * @param creator as for {@link #of}
   */
  public static Bytes32 model(String creator, String name) {
    return Keccak.hash(address(creator), word(2 * WORD), string(name));
  }

  private static byte[] address(String text) {
    byte[] address = new byte[WORD];
    System.arraycopy(
        Hex.decode(text, ADDRESS_BYTES), 0, address, WORD - ADDRESS_BYTES, ADDRESS_BYTES);
    return address;
  }

  /** Length, then the bytes, filled with zeros to whole words. */
  private static byte[] string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(word(utf8.length));
    out.writeBytes(utf8);
    out.writeBytes(new byte[Math.floorMod(-utf8.length, WORD)]);
    return out.toByteArray();
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(WORD).putInt(WORD - Integer.BYTES, value).array();
  }
}
