package io.luntra.ethereum.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.endpoint.EndpointHealth;
import io.luntra.ethereum.endpoint.EndpointLimits;
import io.luntra.ethereum.endpoint.EndpointPool;
import io.luntra.ethereum.endpoint.EndpointService;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Execution nodes that were found to follow the same chain. */
public final class ExecutionNodes {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionNodes.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration WITNESS_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration WITNESS_PAUSE = Duration.ofSeconds(1);
  private static final int WITNESS_ATTEMPTS = 2;

  private ExecutionNodes() {}

  /**
   * Asks each for its chain; the first that answers says which it is. Those of another chain, and
   * those that do not answer now, are not used until this is done again.
   *
   * @throws LuntraException when none answers
   */
  public static EndpointPool connect(List<String> urls) {
    EndpointPool pool = EndpointPool.of(urls, EndpointLimits.defaults());
    String chain = null;
    LuntraException failure = null;
    for (int i = 0; i < pool.size(); i++) {
      String name = pool.health().get(i).name();
      try {
        String found = chain(pool, i);
        if (chain == null) {
          chain = found;
        } else if (!chain.equals(found)) {
          ban(pool, i, "%s follows %s, expected %s".formatted(name, found, chain));
        }
      } catch (LuntraException e) {
        failure = e;
        if (pool.size() > 1) {
          ban(pool, i, e.getMessage());
        }
      }
    }
    if (chain == null) {
      throw new LuntraException(
          "No execution node answers: %s"
              .formatted(failure == null ? pool.name() : failure.getMessage()),
          failure);
    }
    return pool;
  }

  /** Several nodes asked as one; fails as {@link #connect}. */
  public static Node node(List<String> urls) {
    return new Node(new EndpointService(connect(urls)), Pacer.system(), RETRY_PAUSE);
  }

  /**
   * Each node of a pool that is used, to be asked alone; none where it would be the only one.
   *
   * @param urls of the pool, in its order
   */
  public static List<EndpointService> oneByOne(List<String> urls, EndpointPool pool) {
    List<EndpointService> nodes = new ArrayList<>();
    for (int i = 0; i < pool.size(); i++) {
      if (pool.health().get(i).state() != EndpointHealth.State.BANNED) {
        nodes.add(
            new EndpointService(
                Endpoint.of(urls.get(i), WITNESS_TIMEOUT, WITNESS_ATTEMPTS, WITNESS_PAUSE)));
      }
    }
    return nodes.size() > 1 ? List.copyOf(nodes) : List.of();
  }

  private static void ban(EndpointPool pool, int index, String reason) {
    LOG.warn("Not used: {}", reason);
    pool.ban(index, reason);
  }

  private static String chain(EndpointPool pool, int index) {
    return "chain %s from block %s"
        .formatted(
            ask(pool, index, "eth_chainId", "[]").asText(),
            ask(pool, index, "eth_getBlockByNumber", "[\"0x0\",false]").path("hash").asText());
  }

  private static JsonNode ask(EndpointPool pool, int index, String method, String parameters) {
    String request =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
            .formatted(method, parameters);
    byte[] answer =
        pool.post(index, method, request.getBytes(StandardCharsets.UTF_8), MAX_ANSWER_BYTES);
    try {
      JsonNode result = JSON.readTree(answer).path("result");
      if (result.isMissingNode() || result.isNull()) {
        throw new LuntraException(
            "%s does not answer %s as an execution node does"
                .formatted(pool.health().get(index).name(), method));
      }
      return result;
    } catch (IOException e) {
      throw new LuntraException(
          "%s does not answer %s with JSON".formatted(pool.health().get(index).name(), method), e);
    }
  }
}
