package io.luntra.kzg;

import io.luntra.blob.Hex;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The powers of tau of Ethereum's KZG ceremony, in c-kzg-4844's text form: the numbers of G1 and G2
 * points, then G1 in Lagrange form, G2 and G1 in monomial form, one compressed point per line.
 */
record TrustedSetup(byte[] g1Monomial, byte[] g1Lagrange, byte[] g2Monomial) {
  private static final String RESOURCE = "trusted_setup.txt";
  private static final String SHA256 =
      "0xd39b9f2d047cc9dca2de58f264b6a09448ccd34db967881a6713eacacf0f26b7";
  private static final int G1_POINTS = 4096;
  private static final int G2_POINTS = 65;
  private static final int G1_BYTES = 48;
  private static final int G2_BYTES = 96;

  static TrustedSetup fromResource() {
    byte[] text;
    try (InputStream in = TrustedSetup.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new LuntraException("KZG set-up: resource " + RESOURCE + " is missing from the jar");
      }
      text = in.readAllBytes();
    } catch (IOException e) {
      throw new LuntraException("KZG set-up: cannot read resource " + RESOURCE, e);
    }
    String found = Hex.encode(sha256(text));
    if (!found.equals(SHA256)) {
      throw new LuntraException(
          "KZG set-up: resource %s has SHA-256 %s, expected %s".formatted(RESOURCE, found, SHA256));
    }
    String[] words = new String(text, StandardCharsets.US_ASCII).split("\\s+");
    int lagrange = 2;
    int g2 = lagrange + G1_POINTS;
    int monomial = g2 + G2_POINTS;
    return new TrustedSetup(
        points(words, monomial, G1_POINTS, G1_BYTES),
        points(words, lagrange, G1_POINTS, G1_BYTES),
        points(words, g2, G2_POINTS, G2_BYTES));
  }

  private static byte[] points(String[] words, int first, int count, int bytes) {
    byte[] points = new byte[count * bytes];
    for (int i = 0; i < count; i++) {
      byte[] point = HexFormat.of().parseHex(words[first + i]);
      System.arraycopy(point, 0, points, i * bytes, bytes);
    }
    return points;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
