package io.luntra.ethereum.transaction;

import io.luntra.blob.Hex;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.Hash;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * An EIP-1559 transaction that calls an account, before it is signed; its access list is empty.
 *
 * @param chainId at least 1
 * @param nonce at least 0
 * @param maxPriorityFeePerGas wei, below 2^256 and at most {@code maxFeePerGas}
 * @param maxFeePerGas wei, below 2^256
 * @param gasLimit at least 21,000
 * @param to 0x and 40 hex digits; kept in lower case
 * @param value wei, below 2^256
 * @param data call data, at most 65,536 bytes; not copied and not to be changed
 */
public record CallTransaction(
    long chainId,
    long nonce,
    BigInteger maxPriorityFeePerGas,
    BigInteger maxFeePerGas,
    long gasLimit,
    String to,
    BigInteger value,
    byte[] data) {
  static final byte TYPE = 0x02;
  static final int MAX_DATA_BYTES = 65_536;

  private static final long MIN_GAS = 21_000;
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

  public CallTransaction {
    Objects.requireNonNull(data, "data");
    atLeast("chain id", 1, chainId);
    atLeast("nonce", 0, nonce);
    atLeast("gas limit", MIN_GAS, gasLimit);
    unsigned256("maxPriorityFeePerGas", maxPriorityFeePerGas);
    unsigned256("maxFeePerGas", maxFeePerGas);
    unsigned256("value", value);
    if (maxPriorityFeePerGas.compareTo(maxFeePerGas) > 0) {
      throw new InvalidInputException(
          "Transaction: maxPriorityFeePerGas %s is above maxFeePerGas %s"
              .formatted(maxPriorityFeePerGas, maxFeePerGas));
    }
    if (to == null || !ADDRESS.matcher(to).matches()) {
      throw new InvalidInputException(
          "Transaction: \"%s\" is not an address of 40 hex digits".formatted(to));
    }
    to = to.toLowerCase(Locale.ROOT);
    if (data.length > MAX_DATA_BYTES) {
      throw new InvalidInputException(
          "Transaction: call data of %d bytes, expected at most %d"
              .formatted(data.length, MAX_DATA_BYTES));
    }
  }

  /** Signs with secp256k1 and a deterministic nonce (RFC 6979): same input, same bytes. */
  public SignedCallTransaction sign(Credentials credentials) {
    return SignedCallTransaction.of(this, Signature.of(signingHash(), credentials));
  }

  /** Keccak-256 of what the sender signs. */
  public byte[] signingHash() {
    return Hash.sha3(encode(TYPE, fields()));
  }

  byte[] encodeSigned(Signature signature) {
    List<RlpType> fields = fields();
    signature.addTo(fields);
    return encode(TYPE, fields);
  }

  /** All but the signature, in the order of EIP-1559. */
  List<RlpType> fields() {
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
    return fields;
  }

  /** Reads what {@link #fields} gives. */
  static CallTransaction read(RlpReader fields) {
    CallTransaction transaction =
        new CallTransaction(
            fields.longNumber("chain_id"),
            fields.longNumber("nonce"),
            fields.number("max_priority_fee_per_gas"),
            fields.number("max_fee_per_gas"),
            fields.longNumber("gas_limit"),
            Hex.encode(fields.string("to", 20, 20)),
            fields.number("value"),
            fields.string("data", 0, MAX_DATA_BYTES));
    if (!fields.list("access_list").atEnd()) {
      throw new InvalidInputException("Transaction: field access_list is not empty");
    }
    return transaction;
  }

  /** A typed transaction (EIP-2718). */
  static byte[] encode(byte type, List<RlpType> fields) {
    byte[] list = RlpEncoder.encode(new RlpList(fields));
    byte[] typed = new byte[1 + list.length];
    typed[0] = type;
    System.arraycopy(list, 0, typed, 1, list.length);
    return typed;
  }

  private static void atLeast(String what, long minimum, long found) {
    if (found < minimum) {
      throw new InvalidInputException(
          "Transaction: %s %d, expected at least %d".formatted(what, found, minimum));
    }
  }

  static void unsigned256(String what, BigInteger found) {
    if (found == null || found.signum() < 0 || found.bitLength() > 256) {
      throw new InvalidInputException(
          "Transaction: %s %s, expected 0 to 2^256 - 1".formatted(what, found));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallTransaction that
        && chainId == that.chainId
        && Arrays.equals(signingHash(), that.signingHash());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(signingHash());
  }
}
