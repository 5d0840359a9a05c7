package io.luntra.ethereum.endpoint;

import io.luntra.failure.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Several nodes that are asked for the same things, in the order given: the next when the one
 * before does not answer, refuses, or answers at too great a length. Up to four rounds are made,
 * with waits of random length between them. A node that fails again and again is left alone for a
 * while; so is one that asks for it by Retry-After, for up to 60 seconds. When all are left alone,
 * the one whose time is over soonest is asked all the same, but never before the time that it asked
 * for itself.
 *
 * <p>Requests may be repeated, so only what may be done twice belongs here. Safe for use by several
 * threads. A thread that is interrupted stops waiting, stays interrupted, and gets a {@link
 * io.luntra.failure.LuntraException}.
 */
public final class EndpointPool {
  private static final int MAX_ENDPOINTS = 16;

  private final List<PooledEndpoint> endpoints;
  private final EndpointLimits limits;
  private final PoolClock clock;
  private final RandomGenerator random;

  private EndpointPool(
      List<PooledEndpoint> endpoints,
      EndpointLimits limits,
      PoolClock clock,
      RandomGenerator random) {
    this.endpoints = endpoints;
    this.limits = limits;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A pool that has asked nobody yet.
   *
   * @param urls 1 to 16, the preferred one first
   * @throws InvalidInputException on any other number, on one given twice, and unless each is http
   *     or https and names a host
   */
  public static EndpointPool of(List<String> urls, EndpointLimits limits) {
    return of(urls, limits, PoolClock.system(), new Random());
  }

  /**
   * @param random safe for use by several threads
   */
  static EndpointPool of(
      List<String> urls, EndpointLimits limits, PoolClock clock, RandomGenerator random) {
    if (urls.isEmpty() || urls.size() > MAX_ENDPOINTS) {
      throw new InvalidInputException(
          "Endpoints: found %d URLs, expected 1 to %d".formatted(urls.size(), MAX_ENDPOINTS));
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (String url : urls) {
      Endpoint next = Endpoint.of(url, limits.timeout(), 1, Duration.ZERO);
      if (endpoints.stream().anyMatch(next::isSameAs)) {
        throw new InvalidInputException(
            "Endpoints: %s is given twice with the same path and keys".formatted(next.name()));
      }
      endpoints.add(next);
    }
    return new EndpointPool(
        endpoints.stream()
            .map(endpoint -> new PooledEndpoint(endpoint, limits, clock, random))
            .toList(),
        limits,
        clock,
        random);
  }

  /** The number of endpoints, banned ones included. */
  public int size() {
    return endpoints.size();
  }

  /** For messages: scheme, host and port of the first endpoint, and how many there are besides. */
  public String name() {
    String first = endpoints.get(0).name();
    return size() == 1 ? first : "%s and %d more".formatted(first, size() - 1);
  }

  /**
   * The body of the answer to a POST of JSON to an endpoint itself.
   *
   * @param method the JSON-RPC method, which decides on the time limit
   * @param json not copied; the caller leaves it as it is until this returns
   * @throws EndpointException when no endpoint answers with 200; the message names each
   * @throws AnswerTooLongException when one answer is longer than {@code maxBytes} and there is no
   *     other
   */
  public byte[] post(String method, byte[] json, int maxBytes) {
    return post(endpoints, method, json, maxBytes);
  }

  /**
   * Like {@link #post(String, byte[], int)}, but asks one endpoint only.
   *
   * @param index of its URL, from 0
   * @throws EndpointException when it does not answer with 200, or is banned
   */
  public byte[] post(int index, String method, byte[] json, int maxBytes) {
    return post(List.of(endpoints.get(index)), method, json, maxBytes);
  }

  private byte[] post(List<PooledEndpoint> asked, String method, byte[] json, int maxBytes) {
    Call call = Call.post(method, json, maxBytes);
    return new Rounds(asked, call, limits.timeoutOf(method), clock, random).run().orElseThrow();
  }

  /**
   * Never asks an endpoint again, for instance because it is on another chain. The first reason
   * given stays.
   *
   * @param index of its URL, from 0
   * @param reason for messages, so without secrets
   */
  public void ban(int index, String reason) {
    endpoints.get(index).ban(reason);
  }

  /** How each endpoint has done so far, in the order of their URLs. */
  public List<EndpointHealth> health() {
    return endpoints.stream().map(PooledEndpoint::health).toList();
  }

  @Override
  public String toString() {
    return name();
  }
}
