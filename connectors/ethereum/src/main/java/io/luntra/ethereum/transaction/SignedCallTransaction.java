package io.luntra.ethereum.transaction;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import java.util.Arrays;
import org.web3j.crypto.Hash;

/** A signed EIP-1559 transaction. Two are equal when their bytes are. */
public final class SignedCallTransaction {
  /** Longest encoding that {@link #decode} takes; call data has at most 65,536 bytes. */
  static final int MAX_BYTES = CallTransaction.MAX_DATA_BYTES + 512;

  private final CallTransaction transaction;
  private final byte[] bytes;
  private final Bytes32 hash;
  private final String sender;

  private SignedCallTransaction(CallTransaction transaction, Signature signature) {
    this.transaction = transaction;
    this.bytes = transaction.encodeSigned(signature);
    this.hash = new Bytes32(Hash.sha3(bytes));
    this.sender = signature.signer(transaction.signingHash());
  }

  /**
   * Puts transaction and signature together.
   *
   * @throws InvalidInputException when nobody signed it so
   */
  public static SignedCallTransaction of(CallTransaction transaction, Signature signature) {
    return new SignedCallTransaction(transaction, signature);
  }

  /**
   * Reads {@code 0x02 || rlp([chain_id, nonce, …, y_parity, r, s])}.
   *
   * @throws InvalidInputException unless the bytes are exactly what {@link #bytes} gives for what
   *     they say, with an empty access list and a signature that EIP-2 accepts
   */
  public static SignedCallTransaction decode(byte[] bytes) {
    RlpReader outer = RlpReader.ofTyped(bytes, CallTransaction.TYPE, MAX_BYTES);
    RlpReader fields = outer.list("transaction");
    SignedCallTransaction signed = of(CallTransaction.read(fields), Signature.read(fields));
    RlpReader.requireCanonical(bytes, signed.bytes, fields.atEnd() && outer.atEnd());
    return signed;
  }

  public CallTransaction transaction() {
    return transaction;
  }

  /** What {@code eth_sendRawTransaction} takes, a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The transaction hash: Keccak-256 of the bytes. */
  public Bytes32 hash() {
    return hash;
  }

  /** Address of the signer, 0x and 40 lower-case digits. */
  public String sender() {
    return sender;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SignedCallTransaction that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "%s from %s, nonce %d".formatted(hash, sender, transaction.nonce());
  }
}
