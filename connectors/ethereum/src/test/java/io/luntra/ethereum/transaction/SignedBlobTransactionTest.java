package io.luntra.ethereum.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Credentials;

class SignedBlobTransactionTest {
  private static final Credentials SIGNER = Credentials.create("0x" + "0".repeat(63) + "7");
  private static final String TO = "0x00000000000000000000000000000000000A11ce";

  private static BlobTransaction transaction(long nonce, byte[] data, int blobs) {
    List<VersionedHash> hashes =
        IntStream.range(0, blobs).mapToObj(i -> commitment(i).versionedHash()).toList();
    return new BlobTransaction(
        1,
        nonce,
        BigInteger.ONE,
        BigInteger.TEN,
        100_000,
        TO,
        BigInteger.ZERO,
        data,
        BigInteger.valueOf(nonce),
        hashes);
  }

  private static KzgCommitment commitment(int index) {
    byte[] bytes = new byte[KzgCommitment.BYTES];
    bytes[0] = (byte) index;
    return new KzgCommitment(bytes);
  }

  private static BlobSidecar sidecar(int index, SidecarVersion version) {
    return new BlobSidecar(
        new byte[BlobSidecar.BLOB_BYTES], commitment(index), new byte[version.proofBytes()]);
  }

  @Property(tries = 200)
  void decodingGivesBackWhatWasSigned(
      @ForAll @LongRange(max = Long.MAX_VALUE) long nonce,
      @ForAll @Size(max = 300) byte[] data,
      @ForAll @IntRange(min = 1, max = 6) int blobs) {
    SignedBlobTransaction signed = transaction(nonce, data, blobs).sign(SIGNER);
    SignedBlobTransaction decoded = SignedBlobTransaction.decode(signed.body());
    assertThat(decoded.body()).isEqualTo(signed.body());
    assertThat(decoded.transaction()).isEqualTo(signed.transaction());
    assertThat(decoded.sender()).isEqualTo(SIGNER.getAddress());
  }

  /** Another value of a field is another transaction; anything else is refused. */
  @Property(tries = 1000)
  void changedBytesAreRefusedOrAreAnotherTransaction(
      @ForAll @IntRange(max = 1_000_000) int position,
      @ForAll @IntRange(min = 1, max = 255) int x) {
    SignedBlobTransaction signed = transaction(300, new byte[40], 3).sign(SIGNER);
    byte[] body = signed.body();
    body[position % body.length] ^= (byte) x;
    try {
      SignedBlobTransaction decoded = SignedBlobTransaction.decode(body);
      assertThat(decoded.body()).isEqualTo(body);
      assertThat(decoded.hash()).isNotEqualTo(signed.hash());
      assertThat(decoded.sender()).isNotEqualTo(signed.sender());
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageMatching("(?s)(Transaction|Signature).*");
    }
  }

  @Property(tries = 300)
  void truncatedBytesAreRefused(@ForAll @IntRange(max = 1_000_000) int length) {
    byte[] body = transaction(300, new byte[40], 6).sign(SIGNER).body();
    byte[] truncated = Arrays.copyOf(body, length % body.length);
    assertThatThrownBy(() -> SignedBlobTransaction.decode(truncated))
        .isInstanceOf(InvalidInputException.class);
  }

  @Property(tries = 300)
  void arbitraryBytesAreRefused(@ForAll @Size(max = 400) byte[] bytes) {
    byte[] body = Arrays.copyOf(bytes, bytes.length + 1);
    body[0] = 3;
    assertThatThrownBy(() -> SignedBlobTransaction.decode(body))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void deepNestingIsRefused() {
    byte[] body = new byte[SignedBlobTransaction.MAX_BODY_BYTES];
    Arrays.fill(body, (byte) 0xc1);
    body[0] = 3;
    assertThatThrownBy(() -> SignedBlobTransaction.decode(body))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void trailingBytesAreRefused() {
    byte[] body = transaction(1, new byte[0], 1).sign(SIGNER).body();
    assertThatThrownBy(() -> SignedBlobTransaction.decode(Arrays.copyOf(body, body.length + 1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("canonical");
  }

  @Test
  void highSignatureIsRefused() {
    BigInteger order = org.web3j.crypto.Sign.CURVE_PARAMS.getN();
    assertThatThrownBy(() -> new Signature(0, BigInteger.ONE, order.subtract(BigInteger.ONE)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not valid");
  }

  @Test
  void sidecarsMustBeThoseOfTheTransactionInOrder() {
    SignedBlobTransaction signed = transaction(1, new byte[0], 2).sign(SIGNER);
    BlobSidecar first = sidecar(0, SidecarVersion.V1);
    BlobSidecar second = sidecar(1, SidecarVersion.V1);

    assertThatThrownBy(() -> signed.networkForm(List.of(first), SidecarVersion.V1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("1 sidecars for 2 blobs");
    assertThatThrownBy(() -> signed.networkForm(List.of(second, first), SidecarVersion.V1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("blob 0")
        .hasMessageContaining(first.commitment().versionedHash().toHex());
    assertThatThrownBy(() -> signed.networkForm(List.of(first, second), SidecarVersion.V0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("proofs of 6144 bytes");
    assertThat(signed.networkForm(List.of(first, second), SidecarVersion.V1))
        .hasSizeGreaterThan(2 * 137_000);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> transaction(-1, new byte[0], 1)).hasMessageContaining("nonce -1");
    assertThatThrownBy(() -> transaction(1, new byte[0], 0)).hasMessageContaining("0 blobs");
    assertThatThrownBy(() -> transaction(1, new byte[0], 7)).hasMessageContaining("7 blobs");
    assertThatThrownBy(() -> transaction(1, new byte[65_537], 1)).hasMessageContaining("65537");
    assertThatThrownBy(
            () ->
                new BlobTransaction(
                    1,
                    0,
                    BigInteger.TWO,
                    BigInteger.ONE,
                    21_000,
                    TO,
                    BigInteger.ZERO,
                    new byte[0],
                    BigInteger.ONE,
                    List.of(commitment(0).versionedHash())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("above maxFeePerGas");
  }
}
