package io.luntra.ethereum.endpoint;

import io.luntra.ethereum.endpoint.Circuit.Outcome;
import io.luntra.ethereum.endpoint.Circuit.Permit;
import io.luntra.failure.LuntraException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One call, put to one endpoint after the other until one answers, in several rounds. An endpoint
 * that refuses the call or answers at too great a length is not asked again. Whether that is its
 * own fault or the call's shows when another endpoint answers: only then does it count against it.
 */
final class Rounds {
  private static final int ROUNDS = 4;
  private static final Duration BACKOFF = Duration.ofMillis(250);

  private final List<PooledEndpoint> endpoints;
  private final Call call;
  private final Duration timeout;
  private final PoolClock clock;
  private final RandomGenerator random;
  private final Map<PooledEndpoint, LuntraException> failures = new LinkedHashMap<>();
  private final Set<PooledEndpoint> refused = new HashSet<>();
  private Optional<byte[]> answer = Optional.empty();
  private boolean tooLong;

  /**
   * @param timeout of one attempt
   */
  Rounds(
      List<PooledEndpoint> endpoints,
      Call call,
      Duration timeout,
      PoolClock clock,
      RandomGenerator random) {
    this.endpoints = endpoints;
    this.call = call;
    this.timeout = timeout;
    this.clock = clock;
    this.random = random;
  }

  /**
   * The first answer; empty for a 404 where it is one.
   *
   * @throws AnswerTooLongException when one endpoint's answer is too long and the others have none
   * @throws EndpointException when no endpoint answers
   */
  Optional<byte[]> run() {
    for (int round = 0; round < ROUNDS && !left().isEmpty(); round++) {
      if (round > 0) {
        long longest = BACKOFF.toNanos() << (round - 1);
        clock.pause(Duration.ofNanos((long) (longest * random.nextDouble())), call.what());
      }
      if (round()) {
        return answer;
      }
      if (tooLong) {
        break;
      }
    }
    throw failure();
  }

  private List<PooledEndpoint> left() {
    return endpoints.stream()
        .filter(endpoint -> endpoint.ban().isEmpty() && !refused.contains(endpoint))
        .toList();
  }

  private boolean round() {
    List<Permit> undecided = new ArrayList<>();
    boolean answered = false;
    try {
      answered = askAll(undecided);
      return answered;
    } finally {
      Outcome outcome = answered ? Outcome.FAILED : Outcome.UNDECIDED;
      undecided.forEach(permit -> permit.settle(outcome));
    }
  }

  private boolean askAll(List<Permit> undecided) {
    boolean asked = false;
    for (PooledEndpoint endpoint : left()) {
      Optional<Permit> permit = endpoint.enter();
      if (permit.isPresent()) {
        asked = true;
        if (ask(endpoint, permit.get(), undecided)) {
          return true;
        }
      }
    }
    if (asked) {
      return false;
    }
    Optional<PooledEndpoint> soonest =
        left().stream().min(Comparator.comparingLong(PooledEndpoint::nanosUntilTrial));
    return soonest.isPresent() && ask(soonest.get(), soonest.get().enterAnyway(), undecided);
  }

  private boolean ask(PooledEndpoint endpoint, Permit permit, List<Permit> undecided) {
    Outcome outcome = Outcome.ABANDONED;
    try {
      answer = endpoint.ask(call, timeout);
      outcome = Outcome.ANSWERED;
      return true;
    } catch (EndpointException e) {
      failures.put(endpoint, e);
      if (!e.mayPass()) {
        refused.add(endpoint);
      }
      outcome = e.mayPass() && e.status() != 404 ? Outcome.FAILED : Outcome.UNDECIDED;
      return false;
    } catch (AnswerTooLongException e) {
      failures.put(endpoint, e);
      tooLong = true;
      outcome = Outcome.UNDECIDED;
      return false;
    } finally {
      if (outcome == Outcome.UNDECIDED) {
        undecided.add(permit);
      } else {
        permit.settle(outcome);
      }
    }
  }

  private LuntraException failure() {
    List<String> reasons = new ArrayList<>();
    for (PooledEndpoint endpoint : endpoints) {
      LuntraException failure = failures.get(endpoint);
      boolean known = failure != null && endpoint.ban().isEmpty();
      reasons.add(known ? failure.getMessage() : endpoint.whyNotAsked());
    }
    String message =
        "%s: no answer from %d %s: %s"
            .formatted(
                call.what(),
                endpoints.size(),
                endpoints.size() == 1 ? "endpoint" : "endpoints",
                String.join("; ", reasons));
    int status = 0;
    for (LuntraException failure : failures.values()) {
      if (failure instanceof EndpointException unanswered && unanswered.status() != 0) {
        status = unanswered.status();
      }
    }
    LuntraException failure =
        tooLong
            ? new AnswerTooLongException(message)
            : new EndpointException(message, status, null);
    failures.values().forEach(failure::addSuppressed);
    return failure;
  }
}
