package io.luntra.ethereum.transaction;

import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.crypto.Sign;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * An EIP-4844 transaction before it is signed; its access list is empty.
 *
 * @param chainId at least 1
 * @param nonce at least 0
 * @param maxPriorityFeePerGas wei, below 2^256 and at most {@code maxFeePerGas}
 * @param maxFeePerGas wei, below 2^256
 * @param gasLimit at least 21,000
 * @param to 0x and 40 hex digits; kept in lower case
 * @param value wei, below 2^256
 * @param data call data, at most 65,536 bytes; not copied and not to be changed
 * @param maxFeePerBlobGas wei, below 2^256
 * @param blobVersionedHashes 1 to 6, in blob order (EIP-7594)
 */
public record BlobTransaction(
    long chainId,
    long nonce,
    BigInteger maxPriorityFeePerGas,
    BigInteger maxFeePerGas,
    long gasLimit,
    String to,
    BigInteger value,
    byte[] data,
    BigInteger maxFeePerBlobGas,
    List<VersionedHash> blobVersionedHashes) {
  /** Most blobs in one transaction (EIP-7594). */
  public static final int MAX_BLOBS = 6;

  /** EIP-4844. */
  public static final long GAS_PER_BLOB = 131_072;

  static final byte TYPE = 0x03;
  static final int MAX_DATA_BYTES = 65_536;
  private static final long MIN_GAS = 21_000;
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

  public BlobTransaction {
    Objects.requireNonNull(data, "data");
    blobVersionedHashes = List.copyOf(blobVersionedHashes);
    atLeast("chain id", 1, chainId);
    atLeast("nonce", 0, nonce);
    atLeast("gas limit", MIN_GAS, gasLimit);
    unsigned256("maxPriorityFeePerGas", maxPriorityFeePerGas);
    unsigned256("maxFeePerGas", maxFeePerGas);
    unsigned256("value", value);
    unsigned256("maxFeePerBlobGas", maxFeePerBlobGas);
    if (maxPriorityFeePerGas.compareTo(maxFeePerGas) > 0) {
      throw new InvalidInputException(
          "Blob transaction: maxPriorityFeePerGas %s is above maxFeePerGas %s"
              .formatted(maxPriorityFeePerGas, maxFeePerGas));
    }
    if (to == null || !ADDRESS.matcher(to).matches()) {
      throw new InvalidInputException(
          "Blob transaction: \"%s\" is not an address of 40 hex digits".formatted(to));
    }
    to = to.toLowerCase(Locale.ROOT);
    if (data.length > MAX_DATA_BYTES) {
      throw new InvalidInputException(
          "Blob transaction: call data of %d bytes, expected at most %d"
              .formatted(data.length, MAX_DATA_BYTES));
    }
    if (blobVersionedHashes.isEmpty() || blobVersionedHashes.size() > MAX_BLOBS) {
      throw new InvalidInputException(
          "Blob transaction: %d blobs, expected 1 to %d"
              .formatted(blobVersionedHashes.size(), MAX_BLOBS));
    }
  }

  /** Signs with secp256k1 and a deterministic nonce (RFC 6979): same input, same bytes. */
  public SignedBlobTransaction sign(Credentials credentials) {
    Sign.SignatureData signature =
        Sign.signMessage(signingHash(), credentials.getEcKeyPair(), false);
    return SignedBlobTransaction.of(
        this,
        signature.getV()[0] - 27,
        new BigInteger(1, signature.getR()),
        new BigInteger(1, signature.getS()));
  }

  /** 131,072 for each blob. */
  public long blobGas() {
    return GAS_PER_BLOB * blobVersionedHashes.size();
  }

  /** Keccak-256 of what the sender signs. */
  byte[] signingHash() {
    return Hash.sha3(encode(fields()));
  }

  byte[] encodeSigned(int yParity, BigInteger r, BigInteger s) {
    List<RlpType> fields = fields();
    fields.add(RlpString.create(yParity));
    fields.add(RlpString.create(r));
    fields.add(RlpString.create(s));
    return encode(fields);
  }

  private List<RlpType> fields() {
    List<RlpType> fields = new ArrayList<>();
    fields.add(RlpString.create(chainId));
    fields.add(RlpString.create(nonce));
    fields.add(RlpString.create(maxPriorityFeePerGas));
    fields.add(RlpString.create(maxFeePerGas));
    fields.add(RlpString.create(gasLimit));
    fields.add(RlpString.create(Hex.decode(to, 20)));
    fields.add(RlpString.create(value));
    fields.add(RlpString.create(data));
    fields.add(new RlpList());
    fields.add(RlpString.create(maxFeePerBlobGas));
    List<RlpType> hashes = new ArrayList<>();
    for (VersionedHash hash : blobVersionedHashes) {
      hashes.add(RlpString.create(hash.bytes()));
    }
    fields.add(new RlpList(hashes));
    return fields;
  }

  private static byte[] encode(List<RlpType> fields) {
    byte[] list = RlpEncoder.encode(new RlpList(fields));
    byte[] typed = new byte[1 + list.length];
    typed[0] = TYPE;
    System.arraycopy(list, 0, typed, 1, list.length);
    return typed;
  }

  private static void atLeast(String what, long minimum, long found) {
    if (found < minimum) {
      throw new InvalidInputException(
          "Blob transaction: %s %d, expected at least %d".formatted(what, found, minimum));
    }
  }

  private static void unsigned256(String what, BigInteger found) {
    if (found == null || found.signum() < 0 || found.bitLength() > 256) {
      throw new InvalidInputException(
          "Blob transaction: %s %s, expected 0 to 2^256 - 1".formatted(what, found));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlobTransaction that
        && chainId == that.chainId
        && Arrays.equals(encode(fields()), encode(that.fields()));
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encode(fields()));
  }
}
