package io.luntra.ethereum.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luntra.failure.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointTest {
  private final LocalNode node = new LocalNode();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void asksAgainForWhatMayPass() {
    AtomicInteger asked = new AtomicInteger();
    node.on(
        "/a",
        exchange -> {
          int[] statuses = {500, 404, 503, 200};
          LocalNode.write(exchange, statuses[asked.getAndIncrement()], "{}");
        });
    assertThat(node.endpoint(4).get("/a", 10)).asString().isEqualTo("{}");
    assertThat(asked).hasValue(4);
  }

  @Test
  void givesUpAfterItsAttempts() {
    node.on("/a", 500, "secret detail");
    EndpointException failure =
        catchThrowableOfType(EndpointException.class, () -> node.endpoint(3).get("/a?b=c", 10));
    assertThat(failure.status()).isEqualTo(500);
    assertThat(failure)
        .hasMessage("http://%s/a: status 500 (attempt 3 of 3)".formatted(node.address()));
    assertThat(node.requests()).hasSize(3);
  }

  @Test
  void doesNotAskAgainForWhatWasRefused() {
    node.on("/a", 401, "");
    assertThatThrownBy(() -> node.endpoint(3).get("/a", 10)).hasMessageContaining("status 401");
    assertThat(node.requests()).hasSize(1);
  }

  @Test
  void findTakesNotFoundAsAnAnswer() {
    assertThat(node.endpoint(3).find("/a", 10)).isEmpty();
    assertThat(node.requests()).hasSize(1);
  }

  @Test
  void keepsKeysInRequestsAndOutOfMessages() {
    node.on("/v2/path-key/a", 500, "");
    Endpoint endpoint =
        Endpoint.of(
            "http://user:password@" + node.address() + "/v2/path-key/?token=query-key",
            Duration.ofSeconds(20),
            1,
            Duration.ZERO);
    assertThatThrownBy(() -> endpoint.get("/a?x=1", 10))
        .hasMessage("http://%s/…/a: status 500 (attempt 1 of 1)".formatted(node.address()));
    assertThat(node.requests()).containsExactly("/v2/path-key/a?x=1&token=query-key");
    String user =
        Base64.getEncoder().encodeToString("user:password".getBytes(StandardCharsets.UTF_8));
    assertThat(node.authorizations()).containsExactly("Basic " + user);
  }

  @Test
  void cutsLongAnswersOff() {
    node.on("/a", 200, "x".repeat(11));
    assertThat(node.endpoint(1).get("/a", 11)).hasSize(11);
    assertThatThrownBy(() -> node.endpoint(3).get("/a", 10))
        .isInstanceOf(AnswerTooLongException.class)
        .hasMessageContaining("longer than 10 bytes");
    assertThat(node.requests()).hasSize(2);
  }

  @Test
  void cutsEndlessAnswersOff() {
    node.on(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] zeros = new byte[4096];
          while (true) {
            exchange.getResponseBody().write(zeros);
          }
        });
    assertThatThrownBy(() -> node.endpoint(1).get("/a", 100_000))
        .isInstanceOf(AnswerTooLongException.class);
  }

  @Test
  void doesNotWaitForAnAnswerThatStalls() {
    CountDownLatch done = new CountDownLatch(1);
    node.on(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Endpoint endpoint =
        Endpoint.of("http://" + node.address(), Duration.ofMillis(300), 2, Duration.ZERO);
    assertThatThrownBy(() -> endpoint.get("/a", 100))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("no full answer within 300 ms (attempt 2 of 2)");
    done.countDown();
  }

  @Test
  void saysWhenNobodyAnswers() {
    String address = node.address();
    node.close();
    Endpoint endpoint =
        Endpoint.of("http://user:password@" + address, Duration.ofSeconds(5), 2, Duration.ZERO);
    EndpointException failure =
        catchThrowableOfType(EndpointException.class, () -> endpoint.get("/a", 10));
    assertThat(failure.status()).isZero();
    assertThat(failure).hasMessageStartingWith("http://" + address + "/a: ");
  }

  @Test
  void refusesWhatIsNoUrlWithoutRepeatingIt() {
    for (String url :
        new String[] {"user:password", "ftp://secret@host", "http:///secret", "a b"}) {
      assertThatThrownBy(() -> Endpoint.of(url))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageNotContaining("secret")
          .hasMessageNotContaining("password");
    }
  }
}
