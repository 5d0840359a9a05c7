package io.luntra.ethereum.endpoint;

import io.luntra.ethereum.endpoint.EndpointHealth.State;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Whether an endpoint is asked. Closed, it is. So many failures in a row open the circuit for a
 * while; then it is half open, and lets one request through: its answer closes the circuit, its
 * failure opens it for twice as long.
 */
final class Circuit {
  private static final int MAX_DOUBLINGS = 4;
  private static final double JITTER = 0.2;

  /** How a request went. */
  enum Outcome {
    ANSWERED,
    FAILED,
    /** There was an answer, but of a kind that may be the request's fault. */
    UNDECIDED,
    /** It was given up before there was an answer. */
    ABANDONED
  }

  /** A request that was let through; its outcome counts as long as the circuit has not changed. */
  final class Permit {
    private final long issuedIn = era;

    void settle(Outcome outcome) {
      synchronized (Circuit.this) {
        if (issuedIn == era) {
          count(outcome);
        }
      }
    }
  }

  private final EndpointLimits limits;
  private final PoolClock clock;
  private final RandomGenerator random;
  private State state = State.CLOSED;
  private long era;
  private int failures;
  private int openings;
  private long openUntil;
  private boolean resting;

  Circuit(EndpointLimits limits, PoolClock clock, RandomGenerator random) {
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  synchronized State state() {
    return state;
  }

  /** Whether {@link #enter} would let a request through now. */
  synchronized boolean admits() {
    return state == State.CLOSED || (state == State.OPEN && nanosLeft() <= 0);
  }

  /** Empty when the endpoint is to be left alone. */
  synchronized Optional<Permit> enter() {
    return admits() ? Optional.of(enterAnyway()) : Optional.empty();
  }

  /** Lets a request through whatever the state. */
  synchronized Permit enterAnyway() {
    if (state == State.OPEN) {
      become(State.HALF_OPEN);
    }
    return new Permit();
  }

  /** Nanoseconds until an open circuit lets a request through; without end when another tries. */
  synchronized long nanosUntilTrial() {
    return switch (state) {
      case OPEN -> Math.max(0, nanosLeft());
      case HALF_OPEN -> Long.MAX_VALUE;
      default -> 0;
    };
  }

  /** How much is left of the time for which the endpoint itself asked to be left alone. */
  synchronized Duration restLeft() {
    return state == State.OPEN && resting
        ? Duration.ofNanos(Math.max(0, nanosLeft()))
        : Duration.ZERO;
  }

  /** Opens for as long as the endpoint asked; this is no failure. */
  synchronized void rest(Duration wait) {
    if (state != State.OPEN || nanosLeft() < wait.toNanos()) {
      open(wait.toNanos());
      resting = true;
    }
  }

  private void count(Outcome outcome) {
    switch (outcome) {
      case ANSWERED -> close();
      case FAILED -> {
        failures++;
        if (state == State.HALF_OPEN || failures >= limits.failuresUntilOpen()) {
          double factor = (1 << Math.min(openings, MAX_DOUBLINGS)) * jitter();
          openings++;
          open((long) (limits.openFor().toNanos() * factor));
        }
      }
      case UNDECIDED -> {
        if (state == State.HALF_OPEN) {
          close();
        }
      }
      case ABANDONED -> {
        if (state == State.HALF_OPEN) {
          open(0);
        }
      }
    }
  }

  private double jitter() {
    return 1 + JITTER * (2 * random.nextDouble() - 1);
  }

  private void close() {
    openings = 0;
    if (state == State.CLOSED) {
      failures = 0;
    } else {
      become(State.CLOSED);
    }
  }

  private void open(long nanos) {
    become(State.OPEN);
    resting = false;
    openUntil = clock.nanoTime() + nanos;
  }

  private void become(State next) {
    state = next;
    era++;
    failures = 0;
  }

  private long nanosLeft() {
    return openUntil - clock.nanoTime();
  }
}
