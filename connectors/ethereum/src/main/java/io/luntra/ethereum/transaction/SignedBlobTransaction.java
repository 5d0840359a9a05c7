package io.luntra.ethereum.transaction;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.kzg.KzgCommitment;
import io.luntra.kzg.VersionedHash;
import java.util.Arrays;
import java.util.List;
import org.web3j.crypto.Hash;

/**
 * A signed EIP-4844 transaction, without its sidecar: what the chain keeps, and what the hash is
 * taken of. Two are equal when their bytes are.
 */
public final class SignedBlobTransaction {
  /** Longest body that {@link #decode} takes; call data has at most 65,536 bytes. */
  static final int MAX_BODY_BYTES = CallTransaction.MAX_DATA_BYTES + 1024;

  private static final byte SIDECAR_VERSION_1 = 0x01;

  private final BlobTransaction transaction;
  private final byte[] body;
  private final Bytes32 hash;
  private final String sender;

  private SignedBlobTransaction(BlobTransaction transaction, Signature signature) {
    this.transaction = transaction;
    this.body = transaction.encodeSigned(signature);
    this.hash = new Bytes32(Hash.sha3(body));
    this.sender = signature.signer(transaction.signingHash());
  }

  /**
   * Puts transaction and signature together.
   *
   * @throws InvalidInputException when nobody signed it so
   */
  public static SignedBlobTransaction of(BlobTransaction transaction, Signature signature) {
    return new SignedBlobTransaction(transaction, signature);
  }

  /**
   * Reads {@code 0x03 || rlp([chain_id, nonce, …, y_parity, r, s])}.
   *
   * @throws InvalidInputException unless the bytes are exactly what {@link #body} gives for what
   *     they say, with an empty access list and a signature that EIP-2 accepts
   */
  public static SignedBlobTransaction decode(byte[] body) {
    RlpReader outer = RlpReader.ofTyped(body, BlobTransaction.TYPE, MAX_BODY_BYTES);
    RlpReader fields = outer.list("transaction");
    SignedBlobTransaction signed = of(BlobTransaction.read(fields), Signature.read(fields));
    RlpReader.requireCanonical(body, signed.body, fields.atEnd() && outer.atEnd());
    return signed;
  }

  public BlobTransaction transaction() {
    return transaction;
  }

  /** {@code 0x03 || rlp([chain_id, nonce, …, y_parity, r, s])}, a copy. */
  public byte[] body() {
    return body.clone();
  }

  /** The transaction hash: Keccak-256 of the body. */
  public Bytes32 hash() {
    return hash;
  }

  /** Address of the signer, 0x and 40 lower-case digits. */
  public String sender() {
    return sender;
  }

  /**
   * What {@code eth_sendRawTransaction} takes: {@code 0x03 || rlp([body, blobs, commitments,
   * proofs])} (EIP-4844) or {@code 0x03 || rlp([body, 0x01, blobs, commitments, cell_proofs])}
   * (EIP-7594), proofs flat and blob by blob.
   *
   * @param sidecars one for each versioned hash, in order
   * @throws InvalidInputException when a commitment does not hash to its versioned hash, or proofs
   *     are of another version; proofs themselves are not verified
   */
  public byte[] networkForm(List<BlobSidecar> sidecars, SidecarVersion version) {
    check(sidecars, version);
    int blobs = sidecars.size();
    int versionBytes = version == SidecarVersion.V1 ? 1 : 0;
    int blobList = blobs * RlpWriter.stringSize(BlobSidecar.BLOB_BYTES);
    int commitmentList = blobs * RlpWriter.stringSize(KzgCommitment.BYTES);
    int proofCount = blobs * version.proofBytes() / RlpWriter.PROOF_BYTES;
    int proofList = proofCount * RlpWriter.stringSize(RlpWriter.PROOF_BYTES);
    int payload =
        body.length
            - 1
            + versionBytes
            + RlpWriter.listSize(blobList)
            + RlpWriter.listSize(commitmentList)
            + RlpWriter.listSize(proofList);

    RlpWriter writer = new RlpWriter(1 + RlpWriter.listSize(payload));
    writer.raw(new byte[] {BlobTransaction.TYPE}, 0, 1);
    writer.listHeader(payload);
    writer.raw(body, 1, body.length - 1);
    if (version == SidecarVersion.V1) {
      writer.raw(new byte[] {SIDECAR_VERSION_1}, 0, 1);
    }
    writer.listHeader(blobList);
    for (BlobSidecar sidecar : sidecars) {
      writer.string(sidecar.blob(), 0, BlobSidecar.BLOB_BYTES);
    }
    writer.listHeader(commitmentList);
    for (BlobSidecar sidecar : sidecars) {
      writer.string(sidecar.commitment().bytes(), 0, KzgCommitment.BYTES);
    }
    writer.listHeader(proofList);
    for (BlobSidecar sidecar : sidecars) {
      for (int at = 0; at < version.proofBytes(); at += RlpWriter.PROOF_BYTES) {
        writer.string(sidecar.proofs(), at, RlpWriter.PROOF_BYTES);
      }
    }
    return writer.bytes();
  }

  private void check(List<BlobSidecar> sidecars, SidecarVersion version) {
    List<VersionedHash> hashes = transaction.blobVersionedHashes();
    if (sidecars.size() != hashes.size()) {
      throw new InvalidInputException(
          "Transaction %s: %d sidecars for %d blobs"
              .formatted(hash, sidecars.size(), hashes.size()));
    }
    for (int i = 0; i < hashes.size(); i++) {
      BlobSidecar sidecar = sidecars.get(i);
      VersionedHash found = sidecar.commitment().versionedHash();
      if (!found.equals(hashes.get(i))) {
        throw new InvalidInputException(
            "Transaction %s, blob %d: commitment of %s, expected %s"
                .formatted(hash, i, found, hashes.get(i)));
      }
      if (sidecar.proofs().length != version.proofBytes()) {
        throw new InvalidInputException(
            "Transaction %s, blob %d: proofs of %d bytes, sidecar version %s has %d"
                .formatted(hash, i, sidecar.proofs().length, version, version.proofBytes()));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedBlobTransaction that && Arrays.equals(body, that.body);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "%s from %s, nonce %d, %d blobs"
        .formatted(hash, sender, transaction.nonce(), transaction.blobVersionedHashes().size());
  }
}
