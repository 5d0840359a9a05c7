package io.luntra.ethereum.publish;

import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.node.FeeMarket;
import io.luntra.ethereum.node.Node;
import io.luntra.ethereum.node.Pacer;
import java.math.BigInteger;
import java.time.Duration;

/** How many blobs a release may have, so that a budget pays for it at the caps of the moment. */
public final class AffordableBlobs {
  private static final int BLOBS_PER_BATCH = 6;
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

  private AffordableBlobs() {}

  /**
   * Asks a node for its fees.
   *
   * @return the number of blobs, those of the manifest included; 0 where fees are above a ceiling
   *     or the budget does not pay for opening and sealing
   */
  public static long within(String rpcUrl, FeePolicy fees) throws InterruptedException {
    Node node = new Node(new EndpointService(Endpoint.of(rpcUrl)), Pacer.system(), RETRY_PAUSE);
    FeeMarket market = node.feeMarket(fees.tipPercentile());
    return fees.caps(market).map(caps -> within(fees.budget(), caps)).orElse(0L);
  }

  static long within(BigInteger budget, FeeCaps caps) {
    BigInteger fixed =
        caps.worstCase(RegistryCalls.gasLimit(BatchKind.OPEN, 1), 0)
            .add(caps.worstCase(RegistryCalls.gasLimit(BatchKind.SEAL, 1), 0));
    BigInteger batch = caps.worstCase(RegistryCalls.gasLimit(BatchKind.APPEND, 1), BLOBS_PER_BATCH);
    BigInteger left = budget.subtract(fixed).max(BigInteger.ZERO);
    return left.multiply(BigInteger.valueOf(BLOBS_PER_BATCH))
        .divide(batch)
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValueExact();
  }
}
