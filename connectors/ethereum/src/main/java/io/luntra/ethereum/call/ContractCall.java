package io.luntra.ethereum.call;

import io.luntra.blob.Hex;
import java.math.BigInteger;
import java.util.Objects;

/**
 * A call to a contract that changes something.
 *
 * @param purpose what it is for, in words that are the same when the same is wanted again: by them
 *     a command that is repeated after a crash finds the transaction that it sent before
 * @param to the contract, 0x and 40 hex digits
 * @param value wei
 * @param data call data; not copied and not to be changed
 */
public record ContractCall(String purpose, String to, BigInteger value, byte[] data) {
  /** Longest purpose, in characters. */
  public static final int MAX_PURPOSE = 1024;

  public ContractCall {
    Objects.requireNonNull(to, "to");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(data, "data");
    if (purpose.isBlank() || purpose.length() > MAX_PURPOSE) {
      throw new IllegalArgumentException("Purpose of " + purpose.length() + " characters");
    }
  }

  /**
   * A call that brings no ether.
   *
   * @param data in hex, as bindings encode it
   */
  public static ContractCall of(String purpose, String to, String data) {
    return new ContractCall(
        purpose, to, BigInteger.ZERO, Hex.decode(data, (data.length() - 2) / 2));
  }

  /** The same with ether. */
  public ContractCall withValue(BigInteger wei) {
    return new ContractCall(purpose, to, wei, data);
  }
}
