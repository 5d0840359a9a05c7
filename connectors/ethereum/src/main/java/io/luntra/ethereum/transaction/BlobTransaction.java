package io.luntra.ethereum.transaction;

import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.VersionedHash;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
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

  public BlobTransaction {
    blobVersionedHashes = List.copyOf(blobVersionedHashes);
    CallTransaction call =
        new CallTransaction(
            chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, data);
    to = call.to();
    CallTransaction.unsigned256("maxFeePerBlobGas", maxFeePerBlobGas);
    if (blobVersionedHashes.isEmpty() || blobVersionedHashes.size() > MAX_BLOBS) {
      throw new InvalidInputException(
          "Transaction: %d blobs, expected 1 to %d"
              .formatted(blobVersionedHashes.size(), MAX_BLOBS));
    }
  }

  /** Signs with secp256k1 and a deterministic nonce (RFC 6979): same input, same bytes. */
  public SignedBlobTransaction sign(Credentials credentials) {
    return SignedBlobTransaction.of(this, Signature.of(signingHash(), credentials));
  }

  /** The call that it makes. */
  public CallTransaction withoutBlobs() {
    return new CallTransaction(
        chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gasLimit, to, value, data);
  }

  /** 131,072 for each blob. */
  public long blobGas() {
    return GAS_PER_BLOB * blobVersionedHashes.size();
  }

  /** Keccak-256 of what the sender signs. */
  public byte[] signingHash() {
    return Hash.sha3(CallTransaction.encode(TYPE, fields()));
  }

  byte[] encodeSigned(Signature signature) {
    List<RlpType> fields = fields();
    signature.addTo(fields);
    return CallTransaction.encode(TYPE, fields);
  }

  /** Those of a call come first. */
  private List<RlpType> fields() {
    List<RlpType> fields = withoutBlobs().fields();
    fields.add(RlpString.create(maxFeePerBlobGas));
    List<RlpType> hashes = new ArrayList<>();
    for (VersionedHash hash : blobVersionedHashes) {
      hashes.add(RlpString.create(hash.bytes()));
    }
    fields.add(new RlpList(hashes));
    return fields;
  }

  /** Reads what the fields give. */
  static BlobTransaction read(RlpReader fields) {
    CallTransaction call = CallTransaction.read(fields);
    BigInteger maxFeePerBlobGas = fields.number("max_fee_per_blob_gas");
    RlpReader hashes = fields.list("blob_versioned_hashes");
    List<VersionedHash> blobVersionedHashes = new ArrayList<>();
    while (!hashes.atEnd()) {
      blobVersionedHashes.add(versionedHash(hashes.string("blob_versioned_hashes", 32, 32)));
    }
    return new BlobTransaction(
        call.chainId(),
        call.nonce(),
        call.maxPriorityFeePerGas(),
        call.maxFeePerGas(),
        call.gasLimit(),
        call.to(),
        call.value(),
        call.data(),
        maxFeePerBlobGas,
        blobVersionedHashes);
  }

  private static VersionedHash versionedHash(byte[] bytes) {
    try {
      return new VersionedHash(bytes);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("Transaction: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlobTransaction that
        && chainId == that.chainId
        && Arrays.equals(signingHash(), that.signingHash());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(signingHash());
  }
}
