package io.luntra.ethereum.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luntra.ethereum.endpoint.EndpointHealth.State;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.methods.response.EthBlockNumber;

class EndpointPoolTest {
  private static final Duration OPEN_FOR = Duration.ofSeconds(15);
  private static final EndpointLimits LIMITS =
      new EndpointLimits(
          Duration.ofSeconds(20), Map.of("hasty", Duration.ofMillis(300)), 1_000_000, 3, OPEN_FOR);

  private final LocalNode first = new LocalNode();
  private final LocalNode second = new LocalNode();
  private final VirtualClock clock = new VirtualClock();
  private final CountDownLatch done = new CountDownLatch(1);

  @AfterEach
  void close() {
    done.countDown();
    first.close();
    second.close();
  }

  private EndpointPool both() {
    return pool(LIMITS, "http://" + first.address(), "http://" + second.address());
  }

  private EndpointPool pool(EndpointLimits limits, String... urls) {
    return EndpointPool.of(List.of(urls), limits, clock, new Random(1));
  }

  private static String ask(EndpointPool pool) {
    return ask(pool, "any");
  }

  private static String ask(EndpointPool pool, String method) {
    return new String(
        pool.post(method, "{}".getBytes(StandardCharsets.UTF_8), 10), StandardCharsets.UTF_8);
  }

  private static State state(EndpointPool pool, int index) {
    return pool.health().get(index).state();
  }

  private void stall(LocalNode node) {
    node.on(
        "/",
        exchange -> {
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static void restFor(LocalNode node, int status, String retryAfter) {
    node.on(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", retryAfter);
          LocalNode.write(exchange, status, "");
        });
  }

  /** Opens the first endpoint's circuit; the second one answers. */
  private EndpointPool withFirstOpen() {
    first.on("/", 500, "");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    for (int i = 0; i < 3; i++) {
      ask(pool);
    }
    assertThat(state(pool, 0)).isEqualTo(State.OPEN);
    assertThat(first.requests()).hasSize(3);
    return pool;
  }

  @Test
  void asksTheFirstForAsLongAsItAnswers() {
    first.on("/", 200, "first");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    assertThat(ask(pool)).isEqualTo("first");
    assertThat(ask(pool)).isEqualTo("first");
    assertThat(second.requests()).isEmpty();
    assertThat(pool.health())
        .containsExactly(
            new EndpointHealth("http://" + first.address(), State.CLOSED, 2, 0, ""),
            new EndpointHealth("http://" + second.address(), State.CLOSED, 0, 0, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 404, 408, 413, 425, 429, 500, 503})
  void asksTheNextWhenOneIsOfNoUse(int status) {
    first.on("/", status, "");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(first.requests()).hasSize(1);
    assertThat(clock.sleeps()).isEmpty();
    assertThat(pool.health().get(0).lastFailure())
        .isEqualTo("http://%s: status %d".formatted(first.address(), status));
  }

  @Test
  void asksTheNextWhenNobodyListens() {
    EndpointPool pool = both();
    first.close();
    second.on("/", 200, "second");
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(pool.health().get(0).failures()).isEqualTo(1);
  }

  @Test
  void givesAMethodItsOwnTimeAndThenAsksTheNext() {
    stall(first);
    second.on("/", 200, "second");
    EndpointPool pool = both();
    assertThat(ask(pool, "hasty")).isEqualTo("second");
    assertThat(pool.health().get(0).lastFailure())
        .endsWith(first.address() + ": no full answer within 300 ms");
  }

  @Test
  void asksTheNextWhenAnAnswerIsTruncated() {
    first.on(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write(new byte[5]);
          exchange.getResponseBody().flush();
          throw new IOException("closes the connection");
        });
    second.on("/", 200, "second");
    assertThat(ask(both())).isEqualTo("second");
    assertThat(first.requests()).hasSize(1);
  }

  @Test
  void asksTheNextWhenAnAnswerIsTooLong() {
    first.on("/", 200, "x".repeat(11));
    second.on("/", 200, "second");
    EndpointPool pool = both();
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(pool.health().get(0).lastFailure()).endsWith(": the answer is longer than 10 bytes");
  }

  @Test
  void saysAtOnceThatAnAnswerIsTooLongWhenNobodyHasAnother() {
    first.on("/", 200, "x".repeat(11));
    second.on("/", 500, "");
    EndpointPool pool = both();
    assertThatThrownBy(() -> ask(pool))
        .isInstanceOf(AnswerTooLongException.class)
        .hasMessage(
            "any: no answer from 2 endpoints: http://%s: the answer is longer than 10 bytes; "
                    .formatted(first.address())
                + "http://%s: status 500".formatted(second.address()));
    assertThat(first.requests()).hasSize(1);
    assertThat(second.requests()).hasSize(1);
    assertThat(clock.sleeps()).isEmpty();
  }

  @Test
  void namesAllWhenAllAreDown() {
    first.on("/", 500, "");
    EndpointPool pool = both();
    second.close();
    EndpointException failure = catchThrowableOfType(EndpointException.class, () -> ask(pool));
    assertThat(failure)
        .hasMessageStartingWith(
            "any: no answer from 2 endpoints: http://%s: status 500; http://%s: "
                .formatted(first.address(), second.address()));
    assertThat(failure.status()).isEqualTo(500);
    assertThat(failure.getSuppressed()).hasSize(2);
  }

  @Test
  void waitsBetweenRoundsForRandomTimesThatGrow() {
    first.on("/", 500, "");
    second.on("/", 500, "");
    EndpointPool pool = both();
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> ask(pool)).isInstanceOf(EndpointException.class);
    }
    List<Duration> sleeps = clock.sleeps();
    assertThat(sleeps).hasSize(60).doesNotHaveDuplicates();
    for (int i = 0; i < 60; i++) {
      assertThat(sleeps.get(i)).isLessThan(Duration.ofMillis(250L << (i % 3)));
    }
    assertThat(Collections.max(sleeps)).isGreaterThan(Duration.ofMillis(500));
    assertThat(first.requests()).hasSizeBetween(4, 80);
  }

  @Test
  void asksASingleEndpointAsOftenAsThereAreRounds() {
    first.on("/", 500, "");
    EndpointPool pool = pool(LIMITS, "http://" + first.address());
    assertThatThrownBy(() -> ask(pool))
        .hasMessage(
            "any: no answer from 1 endpoint: http://%s: status 500".formatted(first.address()));
    assertThat(first.requests()).hasSize(4);
  }

  @Test
  void doesNotRepeatWhatAllRefuse() {
    first.on("/", 401, "");
    second.on("/", 400, "");
    EndpointPool pool = both();
    for (int i = 0; i < 5; i++) {
      EndpointException failure = catchThrowableOfType(EndpointException.class, () -> ask(pool));
      assertThat(failure.status()).isEqualTo(400);
    }
    assertThat(first.requests()).hasSize(5);
    assertThat(second.requests()).hasSize(5);
    assertThat(state(pool, 0)).isEqualTo(State.CLOSED);
  }

  @Test
  void leavesAnEndpointAloneThatRefusesWhatOthersAnswer() {
    first.on("/", 401, "");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    for (int i = 0; i < 5; i++) {
      assertThat(ask(pool)).isEqualTo("second");
    }
    assertThat(first.requests()).hasSize(3);
    assertThat(state(pool, 0)).isEqualTo(State.OPEN);
  }

  @Test
  void triesAnOpenCircuitOnceItsTimeIsOver() {
    EndpointPool pool = withFirstOpen();
    clock.advance(Duration.ofMillis(11_999));
    ask(pool);
    assertThat(first.requests()).hasSize(3);
    first.on("/", 200, "first");
    clock.advance(Duration.ofMillis(6_001));
    assertThat(ask(pool)).isEqualTo("first");
    assertThat(state(pool, 0)).isEqualTo(State.CLOSED);
    first.on("/", 500, "");
    ask(pool);
    ask(pool);
    assertThat(state(pool, 0)).isEqualTo(State.CLOSED);
  }

  @Test
  void leavesAnEndpointAloneForLongerEachTimeItFailsAgain() {
    EndpointPool pool = withFirstOpen();
    for (int factor : new int[] {1, 2, 4, 8, 16, 16}) {
      int before = first.requests().size();
      Duration wait = OPEN_FOR.multipliedBy(factor);
      clock.advance(wait.multipliedBy(79).dividedBy(100));
      ask(pool);
      assertThat(first.requests()).hasSize(before);
      clock.advance(wait.multipliedBy(42).dividedBy(100));
      ask(pool);
      assertThat(first.requests()).hasSize(before + 1);
      assertThat(state(pool, 0)).isEqualTo(State.OPEN);
    }
  }

  @Test
  void letsOneRequestTryAHalfOpenCircuit() throws Exception {
    EndpointPool pool = withFirstOpen();
    CountDownLatch trying = new CountDownLatch(1);
    first.on(
        "/",
        exchange -> {
          trying.countDown();
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          LocalNode.write(exchange, 200, "first");
        });
    clock.advance(Duration.ofSeconds(18));
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<String> trial = threads.submit(() -> ask(pool));
      trying.await();
      assertThat(state(pool, 0)).isEqualTo(State.HALF_OPEN);
      assertThat(ask(pool)).isEqualTo("second");
      done.countDown();
      assertThat(trial.get()).isEqualTo("first");
    } finally {
      threads.shutdownNow();
    }
    assertThat(state(pool, 0)).isEqualTo(State.CLOSED);
    assertThat(first.requests()).hasSize(4);
  }

  @Test
  void closesTheCircuitOfATrialThatIsRefusedUnlessAnotherAnswersIt() {
    EndpointPool pool = withFirstOpen();
    first.on("/", 400, "");
    clock.advance(Duration.ofSeconds(18));
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(state(pool, 0)).isEqualTo(State.OPEN);
    second.on("/", 400, "");
    clock.advance(Duration.ofSeconds(36));
    assertThatThrownBy(() -> ask(pool)).hasMessageContaining("status 400");
    assertThat(pool.health()).extracting(EndpointHealth::state).containsOnly(State.CLOSED);
  }

  @Test
  void triesTheOneThatOpensSoonestWhenAllAreOpen() {
    EndpointPool pool = withFirstOpen();
    clock.advance(Duration.ofSeconds(5));
    second.on("/", 500, "");
    assertThatThrownBy(() -> ask(pool)).isInstanceOf(EndpointException.class);
    assertThat(pool.health()).extracting(EndpointHealth::state).containsOnly(State.OPEN);
    // Three rounds opened the second; the fourth tried the first, which now opens after the second.
    assertThat(first.requests()).hasSize(4);
    assertThat(second.requests()).hasSize(3 + 3);
    first.on("/", 200, "first");
    second.on("/", 200, "second");
    int before = clock.sleeps().size();
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(clock.sleeps()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void leavesAnEndpointAloneForAsLongAsItAsks(int status) {
    restFor(first, status, "7");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(state(pool, 0)).isEqualTo(State.OPEN);
    clock.advance(Duration.ofMillis(6_999));
    ask(pool);
    assertThat(first.requests()).hasSize(1);
    first.on("/", 200, "first");
    clock.advance(Duration.ofMillis(1));
    assertThat(ask(pool)).isEqualTo("first");
    assertThat(state(pool, 0)).isEqualTo(State.CLOSED);
  }

  @Test
  void leavesNoEndpointAloneForMoreThanAMinute() {
    restFor(first, 429, "999999999999");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    ask(pool);
    first.on("/", 200, "first");
    clock.advance(Duration.ofSeconds(60));
    assertThat(ask(pool)).isEqualTo("first");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-5", "soon", "9999999999999999999999", "Wed, 21 Oct 2026 07:28:00 GMT"})
  void takesRetryAfterThatIsNoNumberOfSecondsForAFailure(String retryAfter) {
    restFor(first, 429, retryAfter);
    second.on("/", 200, "second");
    EndpointPool pool = both();
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(state(pool, 0)).isEqualTo(State.CLOSED);
  }

  @Test
  void waitsForTheOnlyEndpointWhenItAsksForIt() {
    AtomicInteger asked = new AtomicInteger();
    first.on(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "7");
          LocalNode.write(exchange, asked.getAndIncrement() == 0 ? 429 : 200, "first");
        });
    EndpointPool pool = pool(LIMITS, "http://" + first.address());
    assertThat(ask(pool)).isEqualTo("first");
    Duration waited = clock.sleeps().stream().reduce(Duration.ZERO, Duration::plus);
    assertThat(waited).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void keepsToItsRate() {
    first.on("/", 200, "first");
    EndpointPool pool =
        pool(
            new EndpointLimits(Duration.ofSeconds(20), Map.of(), 4, 3, OPEN_FOR),
            "http://" + first.address());
    for (int i = 0; i < 4; i++) {
      ask(pool);
    }
    assertThat(clock.sleeps()).isEmpty();
    ask(pool);
    ask(pool);
    assertThat(clock.sleeps()).containsExactly(Duration.ofMillis(250), Duration.ofMillis(250));
    clock.advance(Duration.ofMinutes(1));
    for (int i = 0; i < 5; i++) {
      ask(pool);
    }
    assertThat(clock.sleeps()).hasSize(3);
  }

  @Test
  void keepsToLessThanOneRequestPerSecond() {
    first.on("/", 200, "first");
    EndpointPool pool =
        pool(
            new EndpointLimits(Duration.ofSeconds(20), Map.of(), 0.5, 3, OPEN_FOR),
            "http://" + first.address());
    ask(pool);
    ask(pool);
    assertThat(clock.sleeps()).containsExactly(Duration.ofSeconds(2));
  }

  @Test
  void neverAsksABannedEndpoint() {
    first.on("/", 200, "first");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    pool.ban(0, "on chain 5, expected 1");
    pool.ban(0, "another reason");
    assertThat(ask(pool)).isEqualTo("second");
    assertThat(pool.size()).isEqualTo(2);
    assertThat(pool.health().get(0))
        .isEqualTo(
            new EndpointHealth(
                "http://" + first.address(), State.BANNED, 0, 0, "on chain 5, expected 1"));
    assertThatThrownBy(() -> pool.post(0, "any", new byte[2], 10))
        .isInstanceOf(EndpointException.class)
        .hasMessage(
            "any: no answer from 1 endpoint: http://%s: banned, on chain 5, expected 1"
                .formatted(first.address()));
    pool.ban(1, "on chain 6, expected 1");
    assertThatThrownBy(() -> ask(pool))
        .isInstanceOf(EndpointException.class)
        .hasMessage(
            "any: no answer from 2 endpoints: http://%s: banned, on chain 5, expected 1; "
                    .formatted(first.address())
                + "http://%s: banned, on chain 6, expected 1".formatted(second.address()));
    assertThat(first.requests()).isEmpty();
    assertThat(second.requests()).hasSize(1);
    assertThat(clock.sleeps()).isEmpty();
  }

  @Test
  void asksEachEndpointSeparately() {
    first.on("/", 500, "");
    second.on("/", 200, "second");
    EndpointPool pool = both();
    assertThat(pool.post(1, "any", new byte[2], 10)).asString().isEqualTo("second");
    assertThatThrownBy(() -> pool.post(0, "any", new byte[2], 10))
        .hasMessageContaining(first.address())
        .hasMessageNotContaining(second.address());
    assertThat(second.requests()).hasSize(1);
  }

  @Test
  void keepsSecretsOutOfMessagesAndHealth() {
    first.on("/v2/path-secret", 500, "body-secret");
    second.on("/v3/path-secret/", 200, "x".repeat(11));
    EndpointPool pool =
        pool(
            LIMITS,
            "http://user-secret:password-secret@"
                + first.address()
                + "/v2/path-secret?k=key-secret",
            "http://" + second.address() + "/v3/path-secret/?k=key-secret");
    assertThatThrownBy(() -> ask(pool))
        .hasMessageNotContaining("secret")
        .hasMessageContaining("http://%s/…: status 500", first.address())
        .hasMessageContaining("http://%s/…: the answer is longer", second.address());
    second.close();
    assertThatThrownBy(() -> ask(pool))
        .isInstanceOf(EndpointException.class)
        .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("secret"));
    assertThat(pool.health().toString()).contains("status 500").doesNotContain("secret");
    assertThat(pool).hasToString("http://%s/… and 1 more".formatted(first.address()));
    assertThat(first.requests().get(0)).isEqualTo("/v2/path-secret?k=key-secret");
  }

  @Test
  void takesOneToSixteenUrlsAndNoneTwice() {
    List<String> urls = new ArrayList<>();
    refuses(urls, "found 0 URLs");
    for (int i = 0; i < 17; i++) {
      urls.add("http://localhost/" + i);
    }
    refuses(urls, "found 17 URLs");
    assertThat(EndpointPool.of(urls.subList(0, 16), LIMITS).size()).isEqualTo(16);
    refuses(List.of("https://a", "HTTPS://A:443/"), "given twice");
    refuses(List.of("http://u:secret@a/secret?secret", "http://u:secret@a:80/secret/?secret"), "");
    refuses(List.of("http://a", "ftp://secret"), "found scheme ftp");
    assertThat(pool(LIMITS, "http://a/key1", "http://a/key2", "http://u:p@a/key2").size())
        .isEqualTo(3);
  }

  private static void refuses(List<String> urls, String message) {
    assertThatThrownBy(() -> EndpointPool.of(urls, LIMITS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret@")
        .hasMessageNotContaining("/secret")
        .hasMessageNotContaining("?secret");
  }

  @Test
  void stopsWhenInterruptedAndLeavesTheTrialToOthers() {
    EndpointPool pool = withFirstOpen();
    first.on("/", 200, "first");
    clock.advance(Duration.ofSeconds(18));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> ask(pool))
        .isExactlyInstanceOf(LuntraException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ask(pool)).isEqualTo("first");
  }

  @Test
  void stopsWhenInterruptedWhileItWaitsForATrial() throws Exception {
    EndpointPool pool = withFirstOpen();
    CountDownLatch trying = new CountDownLatch(1);
    first.on(
        "/",
        exchange -> {
          trying.countDown();
          try {
            done.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    clock.advance(Duration.ofSeconds(18));
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Future<String> trial = threads.submit(() -> ask(pool));
    trying.await();
    threads.shutdownNow();
    assertThatThrownBy(trial::get).hasRootCauseInstanceOf(InterruptedException.class);
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(state(pool, 0)).isEqualTo(State.OPEN);
    first.on("/", 200, "first");
    assertThat(ask(pool)).isEqualTo("first");
  }

  @Test
  void answersManyThreadsWhileNodesComeAndGo() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    first.on(
        "/",
        exchange -> LocalNode.write(exchange, asked.getAndIncrement() % 3 == 0 ? 200 : 503, "a"));
    second.on("/", 200, "a");
    EndpointPool pool = both();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<String> task =
          () -> {
            clock.advance(Duration.ofSeconds(1));
            return ask(pool);
          };
      for (Future<String> answer : threads.invokeAll(Collections.nCopies(200, task))) {
        assertThat(answer.get()).isEqualTo("a");
      }
    } finally {
      threads.shutdownNow();
    }
    long requests = pool.health().stream().mapToLong(EndpointHealth::requests).sum();
    long failures = pool.health().stream().mapToLong(EndpointHealth::failures).sum();
    assertThat(requests).isEqualTo(first.requests().size() + second.requests().size());
    assertThat(requests - failures).isEqualTo(200);
  }

  @Test
  void givesWeb3jTheTimeOfEachMethod() throws Exception {
    stall(first);
    second.on("/", 200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7\"}");
    EndpointPool pool = both();
    EndpointService service = new EndpointService(pool);
    EthBlockNumber answer = new Request<>("hasty", List.of(), service, EthBlockNumber.class).send();
    assertThat(answer.getBlockNumber()).isEqualTo(7);
    assertThat(service.name()).isEqualTo("http://%s and 1 more".formatted(first.address()));
    second.on("/", 200, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x7\"}]");
    BatchRequest batch = new BatchRequest(service);
    batch.add(new Request<>("hasty", List.of(), service, EthBlockNumber.class));
    assertThat(batch.send().getResponses()).hasSize(1);
  }

  @Test
  void findsTheMethodWhereverItStands() throws Exception {
    assertThat(EndpointService.method("{\"params\":[{\"method\":\"b\"}],\"method\":\"a\"}"))
        .isEqualTo("a");
    assertThat(EndpointService.method("[{\"method\":\"a\"},{\"method\":\"b\"}]")).isEqualTo("a");
    assertThat(EndpointService.method("{\"params\":[]}")).isEqualTo("request");
  }
}
