package io.luntra.ethereum.endpoint;

import io.luntra.ethereum.endpoint.EndpointHealth.State;
import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/** An endpoint of a pool with its circuit, its rate and its record. */
final class PooledEndpoint {
  private static final Duration LONGEST_REST = Duration.ofSeconds(60);

  private final Endpoint endpoint;
  private final Circuit circuit;
  private final TokenBucket bucket;
  private final PoolClock clock;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicReference<String> ban = new AtomicReference<>();
  private volatile String lastFailure = "";

  PooledEndpoint(
      Endpoint endpoint, EndpointLimits limits, PoolClock clock, RandomGenerator random) {
    this.endpoint = endpoint;
    this.circuit = new Circuit(limits, clock, random);
    this.bucket = new TokenBucket(limits.requestsPerSecond(), clock);
    this.clock = clock;
  }

  String name() {
    return endpoint.name();
  }

  /** Why it is never asked again; empty when it is. */
  Optional<String> ban() {
    return Optional.ofNullable(ban.get());
  }

  /** The first reason stays. */
  void ban(String reason) {
    ban.compareAndSet(null, reason);
  }

  EndpointHealth health() {
    return new EndpointHealth(
        name(),
        ban().isPresent() ? State.BANNED : circuit.state(),
        requests.get(),
        failures.get(),
        ban().orElse(lastFailure));
  }

  /** For messages: that, and why, it was not asked. */
  String whyNotAsked() {
    if (ban().isPresent()) {
      return name() + ": banned, " + ban().get();
    }
    String failure = lastFailure;
    return name() + ": left alone for now" + (failure.isEmpty() ? "" : " after: " + failure);
  }

  long nanosUntilTrial() {
    return circuit.nanosUntilTrial();
  }

  /** Waits for its rate, not for its circuit; empty when that is open. */
  Optional<Circuit.Permit> enter() {
    if (!circuit.admits()) {
      return Optional.empty();
    }
    clock.pause(bucket.take(), name());
    return circuit.enter();
  }

  /** Waits for its rate and for as long as it asked to be left alone, but for no more. */
  Circuit.Permit enterAnyway() {
    clock.pause(circuit.restLeft(), name());
    clock.pause(bucket.take(), name());
    return circuit.enterAnyway();
  }

  /**
   * One attempt, which goes into the record; whoever asks settles the permit.
   *
   * @throws EndpointException when there is no answer of use
   * @throws AnswerTooLongException when there is too much of one
   */
  Optional<byte[]> ask(Call call, Duration timeout) {
    requests.incrementAndGet();
    try {
      return endpoint.ask(call, timeout);
    } catch (EndpointException e) {
      record(e);
      if (e.status() == 429 || e.status() == 503) {
        e.retryAfter().ifPresent(this::rest);
      }
      throw e;
    } catch (AnswerTooLongException e) {
      record(e);
      throw e;
    }
  }

  private void record(LuntraException failure) {
    failures.incrementAndGet();
    lastFailure = failure.getMessage();
  }

  private void rest(Duration asked) {
    if (!asked.isZero()) {
      circuit.rest(asked.compareTo(LONGEST_REST) < 0 ? asked : LONGEST_REST);
    }
  }
}
