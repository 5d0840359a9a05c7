package io.luntra.devnet;

import io.luntra.blob.Hex;
import io.luntra.kzg.KzgCommitment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Sign;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * Blob transactions of zero blobs, valid or with one thing wrong. The commitment and every cell
 * proof of the zero polynomial are the point at infinity.
 */
record BlobTransaction(
    long nonce, long tip, long feeCap, long blobFeeCap, int blobs, BigInteger value) {
  static final long GWEI = 1_000_000_000L;
  static final byte[] INFINITY = infinity();
  private static final long CHAIN_ID = 31_337;
  private static final byte[] RECIPIENT = new byte[20];

  static BlobTransaction withNonce(long nonce) {
    return new BlobTransaction(nonce, GWEI, 100 * GWEI, GWEI, 1, BigInteger.ZERO);
  }

  BlobTransaction withFees(long newTip, long newFeeCap, long newBlobFeeCap) {
    return new BlobTransaction(nonce, newTip, newFeeCap, newBlobFeeCap, blobs, value);
  }

  BlobTransaction withBlobs(int count) {
    return new BlobTransaction(nonce, tip, feeCap, blobFeeCap, count, value);
  }

  BlobTransaction withValue(BigInteger wei) {
    return new BlobTransaction(nonce, tip, feeCap, blobFeeCap, blobs, wei);
  }

  /** Network form with a sidecar of EIP-7594. */
  byte[] signedBy(Credentials account) {
    return network(
        body(account), RlpString.create((byte) 1), zeros(), points(blobs), points(128 * blobs));
  }

  /** Network form before Osaka. */
  byte[] versionZero(Credentials account) {
    return network(body(account), zeros(), points(blobs), points(blobs));
  }

  RlpList body(Credentials account) {
    List<RlpType> fields =
        new ArrayList<>(
            List.of(
                RlpString.create(CHAIN_ID),
                RlpString.create(nonce),
                RlpString.create(tip),
                RlpString.create(feeCap),
                RlpString.create(50_000),
                RlpString.create(RECIPIENT),
                RlpString.create(value),
                RlpString.create(new byte[0]),
                new RlpList(),
                RlpString.create(blobFeeCap),
                new RlpList(
                    Collections.nCopies(
                        blobs,
                        RlpString.create(new KzgCommitment(INFINITY).versionedHash().bytes())))));
    Sign.SignatureData signature =
        Sign.signMessage(Hash.sha3(typed(new RlpList(fields))), account.getEcKeyPair(), false);
    fields.add(RlpString.create(BigInteger.valueOf(signature.getV()[0] - 27)));
    fields.add(RlpString.create(new BigInteger(1, signature.getR())));
    fields.add(RlpString.create(new BigInteger(1, signature.getS())));
    return new RlpList(fields);
  }

  static byte[] network(RlpType... parts) {
    return typed(new RlpList(parts));
  }

  RlpList zeros() {
    return new RlpList(Collections.nCopies(blobs, RlpString.create(new byte[131_072])));
  }

  static RlpList points(int count) {
    return new RlpList(Collections.nCopies(count, RlpString.create(INFINITY)));
  }

  /** Of the transaction as it is mined, sidecar left out. */
  String hash(Credentials account) {
    return Hex.encode(Hash.sha3(typed(body(account))));
  }

  static byte[] typed(RlpList list) {
    byte[] encoded = RlpEncoder.encode(list);
    byte[] bytes = new byte[encoded.length + 1];
    bytes[0] = 3;
    System.arraycopy(encoded, 0, bytes, 1, encoded.length);
    return bytes;
  }

  private static byte[] infinity() {
    byte[] point = new byte[48];
    Arrays.fill(point, (byte) 0);
    point[0] = (byte) 0xc0;
    return point;
  }
}
