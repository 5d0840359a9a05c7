package io.luntra.ethereum.publish;

import java.math.BigInteger;
import java.util.List;

/**
 * How a publisher stands at a head; amounts in wei.
 *
 * @param head number of the newest block
 * @param baseFee of the next block
 * @param blobBaseFee of the next block
 * @param tip that is offered at least
 * @param spent what the releases cost so far
 * @param exposure the most that what is in flight can cost
 */
public record PublisherState(
    long head,
    BigInteger baseFee,
    BigInteger blobBaseFee,
    BigInteger tip,
    BigInteger spent,
    BigInteger exposure,
    List<LaneState> lanes) {
  public PublisherState {
    lanes = List.copyOf(lanes);
  }

  /**
   * How an account stands.
   *
   * @param nonce of its next transaction
   * @param inFlight transactions that are in no block
   * @param unconfirmed transactions in blocks that may go
   */
  public record LaneState(String account, long nonce, int inFlight, int unconfirmed) {}
}
