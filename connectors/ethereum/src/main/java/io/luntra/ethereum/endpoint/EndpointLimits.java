package io.luntra.ethereum.endpoint;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * How hard the endpoints of a pool are asked, and when one of them is left alone.
 *
 * @param timeout of one attempt, from connecting to the last byte; 1 ms to 1 hour
 * @param methodTimeouts what replaces it for some JSON-RPC methods, by their names
 * @param requestsPerSecond to one endpoint, more than 0; up to a second's worth may go out at once
 * @param failuresUntilOpen failures in a row after which an endpoint is left alone, at least 1
 * @param openFor how long it is left alone the first time, 1 ms to 1 hour; each time that it fails
 *     again this doubles, up to 16 times as long, give or take a fifth
 */
public record EndpointLimits(
    Duration timeout,
    Map<String, Duration> methodTimeouts,
    double requestsPerSecond,
    int failuresUntilOpen,
    Duration openFor)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Duration MIN = Duration.ofMillis(1);
  private static final Duration MAX = Duration.ofHours(1);

  /**
   * @throws IllegalArgumentException when a limit is outside its range
   */
  public EndpointLimits {
    methodTimeouts = Map.copyOf(methodTimeouts);
    check("timeout", timeout);
    methodTimeouts.forEach((method, limit) -> check("timeout of " + method, limit));
    check("openFor", openFor);
    if (!(requestsPerSecond > 0) || Double.isInfinite(requestsPerSecond)) {
      throw new IllegalArgumentException(
          requestsPerSecond + " requests per second, expected more than 0 and finitely many");
    }
    if (failuresUntilOpen < 1) {
      throw new IllegalArgumentException(
          "failuresUntilOpen is %d, expected at least 1".formatted(failuresUntilOpen));
    }
  }

  private static void check(String what, Duration duration) {
    if (duration.compareTo(MIN) < 0 || duration.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "%s is %s, expected %s to %s".formatted(what, duration, MIN, MAX));
    }
  }

  /**
   * 30 seconds per attempt, 60 for eth_sendRawTransaction and eth_getLogs, 10 for eth_blockNumber;
   * 50 requests per second; left alone for 15 seconds after 3 failures in a row.
   */
  public static EndpointLimits defaults() {
    Duration large = Duration.ofSeconds(60);
    return new EndpointLimits(
        Duration.ofSeconds(30),
        Map.of(
            "eth_sendRawTransaction", large,
            "eth_getLogs", large,
            "eth_blockNumber", Duration.ofSeconds(10)),
        50,
        3,
        Duration.ofSeconds(15));
  }

  /** How long one attempt at a JSON-RPC method may take. */
  public Duration timeoutOf(String method) {
    return methodTimeouts.getOrDefault(method, timeout);
  }
}
