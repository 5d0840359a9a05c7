package io.luntra.ethereum.node;

import io.luntra.blob.Bytes32;
import java.math.BigInteger;
import java.util.List;

/**
 * What became of a transaction that is in a block.
 *
 * @param logs what its contracts said, at most 1,024
 */
public record CallReceipt(
    Bytes32 transaction,
    long blockNumber,
    Bytes32 blockHash,
    boolean succeeded,
    long gasUsed,
    BigInteger effectiveGasPrice,
    List<Log> logs) {
  /**
   * One event.
   *
   * @param address of the contract, 0x and 40 lower-case digits
   * @param topics at most 4
   */
  public record Log(String address, List<Bytes32> topics, byte[] data) {
    public Log {
      topics = List.copyOf(topics);
    }
  }

  public CallReceipt {
    logs = List.copyOf(logs);
  }

  /** What its gas cost, in wei. */
  public BigInteger cost() {
    return effectiveGasPrice.multiply(BigInteger.valueOf(gasUsed));
  }
}
