package io.luntra.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.utils.Numeric;

class PooledTransactionTest {
  private static final Credentials ACCOUNT =
      DevAccounts.derive(AnvilOptions.defaults().mnemonic(), 1).get(0);
  private static final BlobTransaction BLOB = BlobTransaction.withNonce(7);
  private static final byte[] RAW = BLOB.signedBy(ACCOUNT);
  private static final PooledTransaction WHOLE = PooledTransaction.decode(RAW);
  private static final int BLOB_START = indexOfBlob();

  @Test
  void readsABlobTransaction() {
    PooledTransaction read =
        PooledTransaction.decode(BLOB.withBlobs(6).withValue(BigInteger.TEN).signedBy(ACCOUNT));

    assertThat(read.sender()).isEqualTo(ACCOUNT.getAddress());
    assertThat(read.hash()).isEqualTo(BLOB.withBlobs(6).withValue(BigInteger.TEN).hash(ACCOUNT));
    assertThat(read.nonce()).isEqualTo(7);
    assertThat(read.sidecar()).isEqualTo(new BlobSidecar(6, 768));
    // 50,000 gas at 100 gwei, 6 × 131,072 blob gas at 1 gwei, 10 wei
    assertThat(read.worstCost()).isEqualTo(new BigInteger("5786432000000010"));
  }

  static Stream<RawTransaction> normalTransactions() {
    BigInteger gas = BigInteger.valueOf(30_000);
    BigInteger price = BigInteger.valueOf(5);
    String to = "0x" + "12".repeat(20);
    return Stream.of(
        RawTransaction.createEtherTransaction(BigInteger.TWO, price, gas, to, BigInteger.TEN),
        RawTransaction.createTransaction(
            31_337, BigInteger.TWO, gas, to, BigInteger.TEN, "0xabcd", BigInteger.ONE, price));
  }

  @ParameterizedTest
  @MethodSource("normalTransactions")
  void readsNormalTransactionsAsTheirSignerMeantThem(RawTransaction transaction) {
    byte[] raw = TransactionEncoder.signMessage(transaction, 31_337, ACCOUNT);

    PooledTransaction read = PooledTransaction.decode(raw);

    assertThat(read.sender()).isEqualTo(ACCOUNT.getAddress());
    assertThat(read.hash()).isEqualTo(Numeric.toHexString(Hash.sha3(raw)));
    assertThat(read.nonce()).isEqualTo(2);
    assertThat(read.feeCap()).isEqualTo(5);
    assertThat(read.gasLimit()).isEqualTo(30_000);
    assertThat(read.value()).isEqualTo(10);
    assertThat(read.worstCost()).isEqualTo(150_010);
    assertThat(read.sidecar()).isEqualTo(BlobSidecar.NONE);
  }

  @Test
  void readsALegacyTransactionWithoutChainId() {
    byte[] raw =
        TransactionEncoder.signMessage(normalTransactions().findFirst().orElseThrow(), ACCOUNT);

    assertThat(PooledTransaction.decode(raw).sender()).isEqualTo(ACCOUNT.getAddress());
  }

  @Test
  void refusesOtherSidecars() {
    RlpList body = BLOB.body(ACCOUNT);
    RlpString one = RlpString.create((byte) 1);
    RlpList blob = BLOB.zeros();
    RlpList point = BlobTransaction.points(1);
    RlpList proofs = BlobTransaction.points(128);
    byte[] other = new byte[48];
    other[0] = (byte) 0xc1;

    refused(BLOB.versionZero(ACCOUNT), "unexpected sidecar version, want: 1, got: 0");
    refused(
        BlobTransaction.network(body, RlpString.create((byte) 2), blob, point, proofs),
        "unexpected sidecar version, want: 1, got: 2");
    refused(BlobTransaction.typed(body), "missing sidecar in blob transaction");
    refused(
        BlobTransaction.network(body, one, blob, point, BlobTransaction.points(127)),
        "invalid number of 127 blob proofs expected 128");
    refused(
        BlobTransaction.network(body, one, blob, point, point),
        "invalid number of 1 blob proofs expected 128");
    refused(
        BlobTransaction.network(body, one, new RlpList(), point, proofs),
        "invalid number of 0 blobs compared to 1 blob hashes");
    refused(
        BlobTransaction.network(body, one, blob, BlobTransaction.points(2), proofs),
        "invalid number of 2 blob commitments");
    refused(
        BlobTransaction.network(
            body, one, new RlpList(RlpString.create(new byte[131_071])), point, proofs),
        "expected 131,072 bytes in field 0, found 131,071");
    refused(
        BlobTransaction.network(body, one, blob, new RlpList(RlpString.create(other)), proofs),
        "mismatches transaction one");
    refused(BLOB.withBlobs(0).signedBy(ACCOUNT), "blobless blob transaction");
    refused(BLOB.withBlobs(7).signedBy(ACCOUNT), "too many blobs in transaction: have 7");
  }

  @Test
  void refusesWhatIsTooLargeOrUnknown() {
    byte[] large = new byte[(1 << 20) + 1];
    large[0] = 3;
    refused(large, "oversized data: transaction size 1048577, limit 1048576");
    large[0] = 2;
    refused(Arrays.copyOf(large, (128 << 10) + 1), "oversized data");
    refused(new byte[0], "too short");
    refused(new byte[] {0}, "type not supported");
    refused(new byte[] {4, (byte) 0xc0}, "type not supported: 4");
    refused(new byte[] {3}, "expected a list");
  }

  @Test
  void refusesDeepNestingAndMassesOfItems() {
    byte[] deep = {3};
    for (int i = 0; i < 20; i++) {
      byte[] wrapped = new byte[deep.length + 1];
      wrapped[0] = 3;
      wrapped[1] = (byte) (0xc0 + deep.length - 1);
      System.arraycopy(deep, 1, wrapped, 2, deep.length - 1);
      deep = wrapped;
    }
    refused(deep, "nested deeper");

    byte[] many = new byte[100_000];
    Arrays.fill(many, (byte) 0xc0);
    int content = many.length - 5;
    many[0] = 3;
    many[1] = (byte) 0xfa;
    many[2] = (byte) (content >> 16);
    many[3] = (byte) (content >> 8);
    many[4] = (byte) content;
    refused(many, "rlp: ");
  }

  @Test
  void refusesOtherSpellingsOfTheSameValue() {
    for (String spelling :
        List.of("03c28103", "03f800", "03f90001c0", "03c0c0", "03c1", "03bf", "03ff", "03f8")) {
      refused(Numeric.hexStringToByteArray(spelling), "rlp: ");
    }
  }

  @Property(tries = 300)
  void anyTruncationIsRefused(@ForAll @IntRange(min = 0, max = 1_000_000) int at) {
    refused(Arrays.copyOf(RAW, at % RAW.length), "");
  }

  @Property(tries = 600)
  void aChangedByteIsRefusedOrAnotherTransactionOrInTheUnhashedSidecar(
      @ForAll @IntRange(min = 0, max = 1_000_000) int seed, @ForAll byte value) {
    // Most bytes are the blob's; two tries of three go to what is around it.
    int around = RAW.length - 131_072;
    int at = seed % RAW.length;
    if (seed % 3 != 0) {
      at =
          seed % around < BLOB_START
              ? seed % around
              : RAW.length - 1 - seed % (around - BLOB_START);
    }
    byte[] changed = RAW.clone();
    changed[at] = value;
    PooledTransaction read;
    try {
      read = PooledTransaction.decode(changed);
    } catch (PoolRefusal refusal) {
      return;
    }
    if (at < BLOB_START && value != RAW[at]) {
      assertThat(read.hash()).isNotEqualTo(WHOLE.hash());
    } else {
      assertThat(read).isEqualTo(WHOLE);
    }
  }

  @Property(tries = 500)
  void noiseIsRefused(@ForAll @Size(max = 300) byte[] noise) {
    byte[] typed = noise.clone();
    if (typed.length > 0) {
      typed[0] = (byte) (typed[0] & 3);
    }
    refused(noise, "");
    refused(typed, "");
  }

  private static void refused(byte[] raw, String message) {
    assertThatThrownBy(() -> PooledTransaction.decode(raw))
        .isInstanceOf(PoolRefusal.class)
        .hasMessageContaining(message);
  }

  private static int indexOfBlob() {
    int zeros = 0;
    for (int i = 0; ; i++) {
      zeros = RAW[i] == 0 ? zeros + 1 : 0;
      if (zeros == 100) {
        return i - 99;
      }
    }
  }
}
