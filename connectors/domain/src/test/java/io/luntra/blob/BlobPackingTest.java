package io.luntra.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.VerificationException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BlobPackingTest {
  private static final BigInteger MODULUS =
      new BigInteger("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16);

  @Test
  void version1GoldenVector() {
    byte[] payload = new byte[127];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i + 1);
    }
    payload[124] = (byte) 0xa5;
    payload[125] = (byte) 0x5a;
    payload[126] = (byte) 0xc3;
    List<byte[]> blobs = BlobPacker.pack(payload);
    assertThat(blobs).hasSize(1);
    // a55ac3 is 101001 010101 101011 000011
    assertThat(HexFormat.of().formatHex(blobs.get(0), 0, 128))
        .isEqualTo(
            "290102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
                + "15202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e"
                + "2b3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d"
                + "035e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c");
    assertThat(Arrays.copyOfRange(blobs.get(0), 128, 131_072)).containsOnly(0);
  }

  @Test
  void version1GoldenHashOfTwoBlobs() throws Exception {
    byte[] payload = new byte[200_000];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (i * 31 + (i >>> 8));
    }
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    List<byte[]> blobs = BlobPacker.pack(payload);
    blobs.forEach(digest::update);
    assertThat(blobs).hasSize(2);
    assertThat(Hex.encode(digest.digest()))
        .isEqualTo("0xecf3a769d3669f4cd0af60fdadcd7fad3cd4b0ad7477683751716bac2844b469");
  }

  @Test
  void isThePackingThatTheFormatDefinesInBigIntegers() {
    byte[] payload = payload(9, 130_048);
    byte[] blob = BlobPacker.pack(payload).get(0);
    for (int group = 0; group < 1024; group++) {
      int from = group * 127;
      int bits = new BigInteger(1, Arrays.copyOfRange(payload, from + 124, from + 127)).intValue();
      for (int k = 0; k < 4; k++) {
        BigInteger low = new BigInteger(1, payload, from + 31 * k, 31);
        BigInteger high = BigInteger.valueOf(bits >> (18 - 6 * k) & 0x3f);
        assertThat(new BigInteger(1, blob, 128 * group + 32 * k, 32))
            .isEqualTo(high.shiftLeft(248).or(low));
      }
    }
  }

  @Property(tries = 200)
  void roundTripsAtAnySplitOfWrites(
      @ForAll @IntRange(max = 400_000) int length,
      @ForAll @Size(max = 5) List<@IntRange(max = 400_000) Integer> cuts,
      @ForAll long seed)
      throws IOException {
    byte[] payload = payload(seed, length);
    List<byte[]> blobs = new ArrayList<>();
    BlobPacker packer = new BlobPacker(blobs::add);
    int from = 0;
    for (int cut : cuts.stream().sorted().toList()) {
      int to = Math.max(from, Math.min(cut, length));
      packer.write(payload, from, to - from);
      from = to;
    }
    packer.write(payload, from, length - from);
    packer.flush();
    packer.flush();

    assertThat(blobs).hasSize(BlobPacking.blobsFor(length));
    assertThat(blobs).containsExactlyElementsOf(BlobPacker.pack(payload));
    assertThat(BlobUnpacker.unpack(blobs, length)).isEqualTo(payload);
    try (InputStream in = BlobUnpacker.stream(blobs.iterator(), length)) {
      assertThat(in.readAllBytes()).isEqualTo(payload);
    }
  }

  @Property(tries = 5)
  void everyElementIsBelowTheModulus(@ForAll long seed) {
    byte[] full = new byte[130_048];
    Arrays.fill(full, (byte) 0xff);
    for (byte[] payload : List.of(payload(seed, 130_048), full)) {
      byte[] blob = BlobPacker.pack(payload).get(0);
      for (int at = 0; at < blob.length; at += 32) {
        assertThat(new BigInteger(1, blob, at, 32)).isLessThan(MODULUS);
      }
    }
  }

  @Property(tries = 300)
  void aChangedBitIsRefusedOrChangesThePayload(
      @ForAll @IntRange(max = 131_071) int at,
      @ForAll @IntRange(max = 7) int bit,
      @ForAll @IntRange(min = 1, max = 130_048) int length) {
    byte[] payload = payload(3, length);
    byte[] blob = BlobPacker.pack(payload).get(0);
    blob[at] ^= (byte) (1 << bit);
    byte[] found;
    try {
      found = BlobUnpacker.unpack(blob, length);
    } catch (VerificationException e) {
      return;
    }
    assertThat(found).isNotEqualTo(payload);
  }

  @Property(tries = 50)
  void refusesATruncatedBlob(@ForAll @IntRange(max = 131_071) int length) {
    assertThatThrownBy(() -> BlobUnpacker.unpack(new byte[length]))
        .isInstanceOf(VerificationException.class)
        .hasMessage("Expected a blob of 131072 bytes, found " + length);
  }

  @Test
  void namesTheElementWhoseTopBitsAreSet() {
    byte[] blob = new byte[131_072];
    blob[32 * 77] = 0x40;
    assertThatThrownBy(() -> BlobUnpacker.unpack(blob))
        .isInstanceOf(VerificationException.class)
        .hasMessage("Field element 77 of a blob has more than 254 bits");
    blob[32 * 76] = (byte) 0x80;
    assertThatThrownBy(() -> BlobUnpacker.unpack(blob)).hasMessageContaining("element 76");
  }

  @Test
  void refusesPaddingThatIsNotZero() {
    byte[] blob = BlobPacker.pack(payload(1, 1000)).get(0);
    assertThatCode(() -> BlobUnpacker.unpack(blob, 1000)).doesNotThrowAnyException();
    blob[131_071] = 1;
    assertThatThrownBy(() -> BlobUnpacker.unpack(blob, 1000))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("Byte 130044 of a blob's payload is padding and not zero");
  }

  @Test
  void refusesTooFewAndTooManyBlobs() {
    List<byte[]> blobs = BlobPacker.pack(payload(1, 200_000));
    assertThatThrownBy(() -> BlobUnpacker.unpack(blobs.subList(0, 1), 200_000))
        .isInstanceOf(VerificationException.class)
        .hasMessage("Expected 2 blobs for 200000 bytes, found 1");
    assertThatThrownBy(() -> BlobUnpacker.unpack(blobs, 130_048))
        .isInstanceOf(VerificationException.class);
    assertThatThrownBy(
            () -> BlobUnpacker.stream(blobs.subList(0, 1).iterator(), 200_000).readAllBytes())
        .isInstanceOf(VerificationException.class)
        .hasMessage("Expected 2 blobs for 200000 bytes, found 1");
    assertThatThrownBy(
            () ->
                BlobUnpacker.stream(List.of(blobs.get(0), blobs.get(1)).iterator(), 130_048)
                    .readAllBytes())
        .isInstanceOf(VerificationException.class)
        .hasMessage("Expected 1 blobs for 130048 bytes, found more");
  }

  @Test
  void countsBlobs() {
    assertThat(BlobPacking.blobsFor(0)).isZero();
    assertThat(BlobPacking.blobsFor(1)).isEqualTo(1);
    assertThat(BlobPacking.blobsFor(130_048)).isEqualTo(1);
    assertThat(BlobPacking.blobsFor(130_049)).isEqualTo(2);
    assertThatThrownBy(() -> BlobPacking.blobsFor(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BlobPacking.blobsFor(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] payload(long seed, int length) {
    byte[] payload = new byte[length];
    new Random(seed).nextBytes(payload);
    return payload;
  }
}
