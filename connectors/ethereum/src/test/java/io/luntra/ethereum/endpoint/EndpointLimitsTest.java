package io.luntra.ethereum.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointLimitsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void givesLargeRequestsMoreTimeAndSmallOnesLess() {
    EndpointLimits limits = EndpointLimits.defaults();
    assertThat(limits.timeoutOf("eth_sendRawTransaction")).isEqualTo(Duration.ofSeconds(60));
    assertThat(limits.timeoutOf("eth_getLogs")).isEqualTo(Duration.ofSeconds(60));
    assertThat(limits.timeoutOf("eth_blockNumber")).isEqualTo(Duration.ofSeconds(10));
    assertThat(limits.timeoutOf("eth_chainId")).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void surviveSerialisation() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(EndpointLimits.defaults());
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(EndpointLimits.defaults());
    }
  }

  @Test
  void doNotChangeWithTheMapTheyWereMadeOf() {
    Map<String, Duration> timeouts = new HashMap<>(Map.of("a", SECOND));
    EndpointLimits limits = new EndpointLimits(SECOND, timeouts, 1, 1, SECOND);
    timeouts.put("a", Duration.ofSeconds(2));
    assertThat(limits.timeoutOf("a")).isEqualTo(SECOND);
  }

  @Test
  void refuseWhatIsOutsideTheirRanges() {
    refuses("timeout is PT0S", Duration.ZERO, Map.of(), 1, 1, SECOND);
    refuses("timeout is PT1H0.001S", Duration.ofMillis(3_600_001), Map.of(), 1, 1, SECOND);
    refuses("timeout of a is PT-1S", SECOND, Map.of("a", SECOND.negated()), 1, 1, SECOND);
    refuses("0.0 requests per second", SECOND, Map.of(), 0, 1, SECOND);
    refuses("NaN requests per second", SECOND, Map.of(), Double.NaN, 1, SECOND);
    refuses("Infinity requests", SECOND, Map.of(), Double.POSITIVE_INFINITY, 1, SECOND);
    refuses("failuresUntilOpen is 0", SECOND, Map.of(), 1, 0, SECOND);
    refuses("openFor is PT0S", SECOND, Map.of(), 1, 1, Duration.ZERO);
  }

  private static void refuses(
      String message,
      Duration timeout,
      Map<String, Duration> timeouts,
      double perSecond,
      int failures,
      Duration openFor) {
    assertThatThrownBy(() -> new EndpointLimits(timeout, timeouts, perSecond, failures, openFor))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
