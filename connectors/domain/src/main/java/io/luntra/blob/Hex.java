package io.luntra.blob;

import java.util.HexFormat;

/** Hexadecimal as Ethereum writes it: 0x and lower-case digits. */
public final class Hex {
  private static final HexFormat FORMAT = HexFormat.of();

  private Hex() {}

  public static String encode(byte[] bytes) {
    return "0x" + FORMAT.formatHex(bytes);
  }

  /**
   * Parses exactly {@code length} bytes, with or without 0x.
   *
   * @throws IllegalArgumentException on any other length or character
   */
  public static byte[] decode(String hex, int length) {
    int start = hex.startsWith("0x") ? 2 : 0;
    if (hex.length() - start != 2 * length) {
      throw new IllegalArgumentException(
          "Expected %d hex digits, found %d".formatted(2 * length, hex.length() - start));
    }
    return FORMAT.parseHex(hex, start, hex.length());
  }
}
