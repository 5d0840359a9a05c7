package io.luntra.ethereum.transaction;

import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;
import org.web3j.utils.Numeric;

/**
 * An ECDSA signature over secp256k1 that EIP-2 accepts.
 *
 * @param yParity 0 or 1
 * @param r 1 to the curve's order, without
 * @param s 1 to half of the curve's order
 */
public record Signature(int yParity, BigInteger r, BigInteger s) {
  /** r, s, and 27 or 28 for the parity of y. */
  public static final int BYTES = 65;

  private static final BigInteger CURVE_ORDER = Sign.CURVE_PARAMS.getN();
  private static final int WORD = 32;
  private static final int EVEN_Y = 27;

  public Signature {
    boolean valid = yParity == 0 || yParity == 1;
    valid &= r.signum() > 0 && r.compareTo(CURVE_ORDER) < 0;
    valid &= s.signum() > 0 && s.compareTo(CURVE_ORDER.shiftRight(1)) <= 0;
    if (!valid) {
      throw new InvalidInputException(
          "Signature (y parity %d, r %s, s %s) is not valid"
              .formatted(yParity, r.toString(16), s.toString(16)));
    }
  }

  /** Signs a hash of 32 bytes with a deterministic nonce (RFC 6979): same input, same bytes. */
  public static Signature of(byte[] hash, Credentials credentials) {
    Sign.SignatureData data = Sign.signMessage(hash, credentials.getEcKeyPair(), false);
    return new Signature(
        data.getV()[0] - EVEN_Y, new BigInteger(1, data.getR()), new BigInteger(1, data.getS()));
  }

  /**
   * Reads what {@link #bytes} gives.
   *
   * @throws InvalidInputException when it is anything else
   */
  public static Signature fromBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new InvalidInputException(
          "Signature of %d bytes, expected %d".formatted(bytes.length, BYTES));
    }
    return new Signature(
        (bytes[2 * WORD] & 0xff) - EVEN_Y,
        new BigInteger(1, bytes, 0, WORD),
        new BigInteger(1, bytes, WORD, WORD));
  }

  /** r and s in 32 bytes each, then 27 or 28: as contracts take it. */
  public byte[] bytes() {
    byte[] bytes = Arrays.copyOf(Numeric.toBytesPadded(r, WORD), BYTES);
    System.arraycopy(Numeric.toBytesPadded(s, WORD), 0, bytes, WORD, WORD);
    bytes[2 * WORD] = (byte) (EVEN_Y + yParity);
    return bytes;
  }

  /**
   * The account that signed a hash of 32 bytes: 0x and 40 lower-case digits.
   *
   * @throws InvalidInputException when no account did
   */
  public String signer(byte[] hash) {
    BigInteger key;
    try {
      key = Sign.recoverFromSignature(yParity, new ECDSASignature(r, s), hash);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("Signature: r is not on the curve", e);
    }
    if (key == null) {
      throw new InvalidInputException("Signature %s is nobody's".formatted(this));
    }
    return "0x" + Keys.getAddress(key);
  }

  static Signature read(RlpReader fields) {
    int yParity = (int) Math.min(2, fields.longNumber("y_parity"));
    return new Signature(yParity, fields.number("r"), fields.number("s"));
  }

  void addTo(List<RlpType> fields) {
    fields.add(RlpString.create(yParity));
    fields.add(RlpString.create(r));
    fields.add(RlpString.create(s));
  }
}
