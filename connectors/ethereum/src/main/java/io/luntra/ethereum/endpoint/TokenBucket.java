package io.luntra.ethereum.endpoint;

import java.time.Duration;

/**
 * Lets so many requests per second through, up to a second's worth (at least one) at once. Tokens
 * are taken in advance, so that those who wait are served in the order in which they came.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private final double capacity;
  private final PoolClock clock;
  private double tokens;
  private long countedAt;

  TokenBucket(double perSecond, PoolClock clock) {
    this.perSecond = perSecond;
    this.capacity = Math.max(1, perSecond);
    this.clock = clock;
    this.tokens = capacity;
    this.countedAt = clock.nanoTime();
  }

  /** Takes a token and says how long to wait before using it. */
  synchronized Duration take() {
    long now = clock.nanoTime();
    tokens = Math.min(capacity, tokens + (now - countedAt) / NANOS_PER_SECOND * perSecond);
    countedAt = now;
    tokens--;
    return tokens >= 0
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil(-tokens / perSecond * NANOS_PER_SECOND));
  }
}
