package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import org.web3j.crypto.Credentials;

/** Signed batches that no node will see. */
final class JournalEntries {
  static final Network NETWORK = new Network(31337, filled(7));
  static final Bytes32 RELEASE = filled(9);
  static final String REGISTRY = "0x00000000000000000000000000000000000000aa";
  static final Credentials ACCOUNT = Credentials.create("0x" + "01".repeat(32));

  private JournalEntries() {}

  static ReleaseBegun begun() {
    return new ReleaseBegun(
        NETWORK, REGISTRY, RELEASE, ReleaseName.parse("test/model@1"), 23, "a".repeat(64));
  }

  static JournaledBatch batch(int index, long nonce) {
    return batch(NETWORK, index, nonce);
  }

  static JournaledBatch batch(Network network, int index, long nonce) {
    return JournaledBatch.signed(
        network,
        RELEASE,
        index,
        index == 0 ? BatchKind.OPEN : BatchKind.APPEND,
        transaction(network, index, nonce, REGISTRY, 1));
  }

  /** A transaction of a batch at so many times its first one's fees. */
  static SignedBlobTransaction attempt(int index, long nonce, long times) {
    return transaction(NETWORK, index, nonce, REGISTRY, times);
  }

  /** A transaction of the same nonce that publishes nothing. */
  static SignedBlobTransaction cancellation(int index, long nonce) {
    return transaction(NETWORK, index, nonce, ACCOUNT.getAddress(), 4);
  }

  private static SignedBlobTransaction transaction(
      Network network, int index, long nonce, String to, long times) {
    byte[] hash = new byte[32];
    hash[0] = 1;
    hash[31] = (byte) index;
    return new BlobTransaction(
            network.chainId(),
            nonce,
            BigInteger.valueOf(times),
            BigInteger.valueOf(10 * times),
            100_000,
            to,
            BigInteger.ZERO,
            new byte[] {1, 2, 3},
            BigInteger.valueOf(2 * times),
            List.of(new VersionedHash(hash)))
        .sign(ACCOUNT);
  }

  static Inclusion inclusion(SignedBlobTransaction transaction) {
    return new Inclusion(
        transaction.hash(),
        12,
        filled(3),
        1_700_000_000,
        50_000,
        BigInteger.valueOf(11),
        131_072,
        BigInteger.TWO);
  }

  static Bytes32 filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return new Bytes32(bytes);
  }
}
