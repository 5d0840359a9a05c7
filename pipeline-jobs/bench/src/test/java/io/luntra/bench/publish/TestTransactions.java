package io.luntra.bench.publish;

import io.luntra.ethereum.signer.LocalSigner;
import io.luntra.ethereum.transaction.BlobTransaction;
import io.luntra.ethereum.transaction.SignedBlobTransaction;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.List;
import java.util.stream.IntStream;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;

/** Signed transactions of test accounts. */
final class TestTransactions {
  static final String REGISTRY = "0x" + "5".repeat(40);
  static final long GWEI = 1_000_000_000;

  private TestTransactions() {}

  static LocalSigner signer(int number) {
    return new LocalSigner(Credentials.create(Hash.sha3String("test account " + number)));
  }

  static KzgCommitment commitment(int number) {
    byte[] bytes = new byte[KzgCommitment.BYTES];
    bytes[0] = (byte) 0xc0;
    bytes[1] = (byte) number;
    return new KzgCommitment(bytes);
  }

  static List<VersionedHash> hashes(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(number -> commitment(number).versionedHash())
        .toList();
  }

  /** One blob at caps of so many gwei each, the tip's a hundredth. */
  static SignedBlobTransaction at(LocalSigner signer, long nonce, long gwei) {
    return at(
        signer, nonce, gwei * GWEI / 100, gwei * GWEI, gwei * GWEI, hashes(0, 1), new byte[0]);
  }

  static SignedBlobTransaction at(
      LocalSigner signer,
      long nonce,
      long tip,
      long perGas,
      long perBlobGas,
      List<VersionedHash> blobs,
      byte[] data) {
    return signer.sign(
        new BlobTransaction(
            ChainSettings.CHAIN_ID,
            nonce,
            BigInteger.valueOf(tip),
            BigInteger.valueOf(perGas),
            150_000,
            REGISTRY,
            BigInteger.ZERO,
            data,
            BigInteger.valueOf(perBlobGas),
            blobs));
  }
}
