package io.luntra.ethereum.node;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.web3j.utils.Numeric;

/**
 * Tells a chain's fork by what it computes: Osaka brought P256VERIFY (EIP-7951), together with the
 * cell proofs that blob transactions carry since.
 */
final class OsakaProbe {
  /** Address of P256VERIFY. */
  static final String PRECOMPILE = "0x0000000000000000000000000000000000000100";

  private static final int WORD = 32;

  private OsakaProbe() {}

  /** Whether the chain verifies a signature that was made for the question. */
  static boolean verifies(Node node) throws InterruptedException {
    byte[] answer = node.call(PRECOMPILE, Numeric.toHexString(question()));
    byte[] yes = new byte[WORD];
    yes[WORD - 1] = 1;
    return Arrays.equals(answer, yes);
  }

  /** Digest, r, s, x, y, 32 bytes each. */
  private static byte[] question() {
    byte[] digest = new byte[WORD];
    Arrays.fill(digest, (byte) 1);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      Signature signature = Signature.getInstance("NONEwithECDSAinP1363Format");
      signature.initSign(pair.getPrivate());
      signature.update(digest);
      byte[] rs = signature.sign();
      ECPublicKey key = (ECPublicKey) pair.getPublic();
      byte[] question = Arrays.copyOf(digest, 5 * WORD);
      System.arraycopy(rs, 0, question, WORD, 2 * WORD);
      System.arraycopy(word(key.getW().getAffineX()), 0, question, 3 * WORD, WORD);
      System.arraycopy(word(key.getW().getAffineY()), 0, question, 4 * WORD, WORD);
      return question;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform of 11 or later has secp256r1", e);
    }
  }

  private static byte[] word(BigInteger number) {
    return Numeric.toBytesPadded(number, WORD);
  }
}
