package io.luntra.ethereum.status;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.ethereum.journal.Network;
import io.luntra.ethereum.publish.Forecast;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthChainId;

/** What publishing the rest of releases would cost at the fees of one chain's last blocks. */
public final class RemainingCost {
  private static final int BLOCKS = 20;
  private static final double MEDIAN = 0.5;

  /** Of a forecast; what is left is counted as a release of its own. */
  private static final int LEAST_BLOBS = 2;

  private final String rpcUrl;
  private final Network network;

  private RemainingCost(String rpcUrl, Network network) {
    this.rpcUrl = rpcUrl;
    this.network = network;
  }

  /** Asks a node which chain is its. */
  public static RemainingCost at(String rpcUrl) {
    EndpointService service = new EndpointService(Endpoint.of(rpcUrl));
    EthChainId chainId = send(service, "eth_chainId", List.of(), EthChainId.class);
    EthBlock first = send(service, "eth_getBlockByNumber", List.of("0x0", false), EthBlock.class);
    try {
      return new RemainingCost(
          rpcUrl,
          new Network(
              chainId.getChainId().longValueExact(), Bytes32.fromHex(first.getBlock().getHash())));
    } catch (RuntimeException e) {
      throw new LuntraException(
          "%s does not say which chain is its: %s".formatted(service.name(), e.getMessage()), e);
    }
  }

  private static <T extends Response<?>> T send(
      EndpointService service, String method, List<Object> parameters, Class<T> type) {
    try {
      T response = new Request<>(method, parameters, service, type).send();
      if (response == null || response.hasError() || response.getResult() == null) {
        throw new LuntraException("%s refused %s".formatted(service.name(), method));
      }
      return response;
    } catch (IOException e) {
      throw new LuntraException(
          "%s %s: the answer is not JSON-RPC".formatted(service.name(), method), e);
    }
  }

  /**
   * In wei, from above for the last few blobs, since what is left is counted as a release of its
   * own; empty where the release is on another chain or nothing more happens.
   */
  public Optional<BigInteger> of(ReleaseStatus status) throws InterruptedException {
    if (!status.release().network().equals(network) || status.state() == ReleaseState.FAILED) {
      return Optional.empty();
    }
    int left = status.blobs().left();
    if (left == 0) {
      return Optional.of(BigInteger.ZERO);
    }
    Forecast forecast =
        Forecast.of(rpcUrl, Math.max(LEAST_BLOBS, left), 1, Optional.of(1.0), BLOCKS);
    return Optional.of(forecast.price(MEDIAN));
  }
}
