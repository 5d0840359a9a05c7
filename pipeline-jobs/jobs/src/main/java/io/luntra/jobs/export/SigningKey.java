package io.luntra.jobs.export;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * An ECDSA key on P-256 that signs SHA-256 digests. The nonce follows from key and message (RFC
 * 6979), so the same message gets the same signature.
 */
public final class SigningKey {
  private static final int MAX_BYTES = 1 << 14;
  private static final int PEM_LINE = 64;
  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (EC )?PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END \\1?PRIVATE KEY-----");
  private static final ECNamedDomainParameters P256 =
      new ECNamedDomainParameters(
          SECObjectIdentifiers.secp256r1,
          CustomNamedCurves.getByOID(SECObjectIdentifiers.secp256r1));

  private final ECPrivateKeyParameters key;

  private SigningKey(ECPrivateKeyParameters key) {
    this.key = key;
  }

  /**
   * Reads a key in PEM that is not encrypted: PKCS #8 ("PRIVATE KEY") or SEC 1 ("EC PRIVATE KEY").
   *
   * @throws InvalidInputException when it is none; the message has nothing of the file's content
   */
  public static SigningKey read(Path file) {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_BYTES), US_ASCII);
    } catch (IOException e) {
      throw new InvalidInputException("Signing key %s can't be read: %s".formatted(file, e), e);
    }
    Matcher pem = PEM.matcher(text);
    if (!pem.find()) {
      throw wrong(file, null);
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
      return of(pem.group(1) == null ? pkcs8(der) : sec1(der));
    } catch (IOException | RuntimeException e) {
      throw wrong(file, e);
    }
  }

  private static BigInteger pkcs8(byte[] der) throws IOException {
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(der);
    requireP256(info.getPrivateKeyAlgorithm().getParameters());
    return ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
  }

  private static BigInteger sec1(byte[] der) {
    ECPrivateKey sec1 = ECPrivateKey.getInstance(der);
    requireP256(sec1.getParametersObject());
    return sec1.getKey();
  }

  private static void requireP256(ASN1Encodable curve) {
    if (!SECObjectIdentifiers.secp256r1.equals(curve)) {
      throw new IllegalArgumentException("Another curve");
    }
  }

  private static SigningKey of(BigInteger secret) {
    return new SigningKey(new ECPrivateKeyParameters(secret, P256));
  }

  /** Without the cause's message, which may quote what it could not parse. */
  private static InvalidInputException wrong(Path file, Exception cause) {
    return new InvalidInputException(
        ("Signing key %s: expected an ECDSA private key on P-256 in PEM, not encrypted, as openssl"
                + " ecparam -name prime256v1 -genkey -noout makes one")
            .formatted(file),
        cause);
  }

  /** ECDSA over the SHA-256 of a message: a DER sequence of r and s. */
  byte[] sign(byte[] message) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, key);
    BigInteger[] signature = signer.generateSignature(sha256(message));
    try {
      return StandardDSAEncoding.INSTANCE.encode(P256.getN(), signature[0], signature[1]);
    } catch (IOException e) {
      throw new IllegalStateException("Encoding a signature", e);
    }
  }

  /** Hex SHA-256 of the public key in PEM: how its holder finds it. */
  String hint() {
    return HexFormat.of().formatHex(sha256(publicPem().getBytes(US_ASCII)));
  }

  /** The public key in PEM (SubjectPublicKeyInfo). */
  String publicPem() {
    try {
      byte[] der =
          SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                  new ECPublicKeyParameters(P256.getG().multiply(key.getD()).normalize(), P256))
              .getEncoded();
      return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
          .formatted(Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der));
    } catch (IOException e) {
      throw new IllegalStateException("Encoding a public key", e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }
}
