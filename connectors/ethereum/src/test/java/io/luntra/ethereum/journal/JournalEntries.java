package io.luntra.ethereum.journal;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.kzg.VersionedHash;
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

  static JournaledBatch batch(int index, long nonce) {
    return batch(NETWORK, index, nonce);
  }

  static JournaledBatch batch(Network network, int index, long nonce) {
    byte[] hash = new byte[32];
    hash[0] = 1;
    hash[31] = (byte) index;
    BlobTransaction transaction =
        new BlobTransaction(
            network.chainId(),
            nonce,
            BigInteger.ONE,
            BigInteger.TEN,
            100_000,
            REGISTRY,
            BigInteger.ZERO,
            new byte[] {1, 2, 3},
            BigInteger.TWO,
            List.of(new VersionedHash(hash)));
    return JournaledBatch.signed(
        network,
        filled(100 + index),
        RELEASE,
        index,
        index == 0 ? BatchKind.OPEN : BatchKind.APPEND,
        transaction.sign(ACCOUNT));
  }

  static Inclusion inclusion() {
    return new Inclusion(12, filled(3), 50_000, BigInteger.valueOf(11), 131_072, BigInteger.TWO);
  }

  static Bytes32 filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return new Bytes32(bytes);
  }
}
