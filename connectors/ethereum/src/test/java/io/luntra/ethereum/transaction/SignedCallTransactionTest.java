package io.luntra.ethereum.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;

class SignedCallTransactionTest {
  private static final Credentials SIGNER = Credentials.create("0x" + "0".repeat(63) + "7");
  private static final String TO = "0x00000000000000000000000000000000000A11ce";

  private static CallTransaction transaction(long nonce, long value, byte[] data) {
    return new CallTransaction(
        1, nonce, BigInteger.ONE, BigInteger.TEN, 100_000, TO, BigInteger.valueOf(value), data);
  }

  @Property(tries = 200)
  void bytesAreThoseOfWeb3j(
      @ForAll @LongRange(max = Long.MAX_VALUE) long nonce,
      @ForAll @LongRange(max = Long.MAX_VALUE) long value,
      @ForAll @Size(max = 300) byte[] data) {
    RawTransaction raw =
        RawTransaction.createTransaction(
            1,
            BigInteger.valueOf(nonce),
            BigInteger.valueOf(100_000),
            TO,
            BigInteger.valueOf(value),
            Hex.encode(data),
            BigInteger.ONE,
            BigInteger.TEN);
    assertThat(transaction(nonce, value, data).sign(SIGNER).bytes())
        .isEqualTo(TransactionEncoder.signMessage(raw, SIGNER));
  }

  @Property(tries = 200)
  void decodingGivesBackWhatWasSigned(
      @ForAll @LongRange(max = Long.MAX_VALUE) long nonce, @ForAll @Size(max = 300) byte[] data) {
    SignedCallTransaction signed = transaction(nonce, 5, data).sign(SIGNER);
    SignedCallTransaction decoded = SignedCallTransaction.decode(signed.bytes());
    assertThat(decoded).isEqualTo(signed);
    assertThat(decoded.transaction()).isEqualTo(signed.transaction());
    assertThat(decoded.sender()).isEqualTo(SIGNER.getAddress());
  }

  /** Another value of a field is another transaction; anything else is refused. */
  @Property(tries = 1000)
  void changedBytesAreRefusedOrAreAnotherTransaction(
      @ForAll @IntRange(max = 1_000_000) int position,
      @ForAll @IntRange(min = 1, max = 255) int x) {
    SignedCallTransaction signed = transaction(300, 5, new byte[40]).sign(SIGNER);
    byte[] bytes = signed.bytes();
    bytes[position % bytes.length] ^= (byte) x;
    try {
      SignedCallTransaction decoded = SignedCallTransaction.decode(bytes);
      assertThat(decoded.bytes()).isEqualTo(bytes);
      assertThat(decoded.hash()).isNotEqualTo(signed.hash());
      assertThat(decoded.sender()).isNotEqualTo(signed.sender());
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageMatching("(?s)(Transaction|Signature).*");
    }
  }

  @Property(tries = 300)
  void truncatedBytesAreRefused(@ForAll @IntRange(max = 1_000_000) int length) {
    byte[] bytes = transaction(300, 5, new byte[40]).sign(SIGNER).bytes();
    byte[] truncated = Arrays.copyOf(bytes, length % bytes.length);
    assertThatThrownBy(() -> SignedCallTransaction.decode(truncated))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void trailingBytesAndOtherTypesAreRefused() {
    byte[] bytes = transaction(1, 0, new byte[0]).sign(SIGNER).bytes();
    assertThatThrownBy(() -> SignedCallTransaction.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("canonical");
    bytes[0] = 3;
    assertThatThrownBy(() -> SignedCallTransaction.decode(bytes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("type 0x03, expected 0x02");
  }

  @Property(tries = 200)
  void aSignaturesBytesAreReadBack(@ForAll @Size(32) byte[] hash) {
    Signature signature = Signature.of(hash, SIGNER);
    assertThat(Signature.fromBytes(signature.bytes())).isEqualTo(signature);
    assertThat(signature.signer(hash)).isEqualTo(SIGNER.getAddress());
  }

  @Test
  void aSignatureOfAnotherFormIsRefused() {
    byte[] bytes = Signature.of(new byte[32], SIGNER).bytes();
    assertThatThrownBy(() -> Signature.fromBytes(Arrays.copyOf(bytes, 64)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("64 bytes, expected 65");
    bytes[64] = 1;
    assertThatThrownBy(() -> Signature.fromBytes(bytes))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not valid");
  }
}
