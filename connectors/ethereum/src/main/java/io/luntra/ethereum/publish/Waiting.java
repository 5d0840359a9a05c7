package io.luntra.ethereum.publish;

import io.luntra.ethereum.node.Pacer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** Says what is waited for: at first at once, then every few minutes, with for how long. */
final class Waiting {
  private static final Duration AGAIN_AFTER = Duration.ofMinutes(5);

  /** What may have to be waited for. */
  enum Cause {
    NOTHING,
    ACCOUNT,
    NODE,
    NODES,
    FEES,
    FUNDS,
    BLOB_SPACE,
    PENDING,
    READ_BACK
  }

  private final PublishListener listener;
  private final Pacer pacer;
  private final Map<Cause, Instant> since = new EnumMap<>(Cause.class);
  private final Map<Cause, Instant> said = new EnumMap<>(Cause.class);

  Waiting(PublishListener listener, Pacer pacer) {
    this.listener = listener;
    this.pacer = pacer;
  }

  /** Nothing is waited for any more. */
  void over() {
    since.clear();
  }

  /** This is waited for. */
  void on(Cause cause, String reason) {
    Instant now = pacer.now();
    Instant start = since.computeIfAbsent(cause, first -> now);
    // Some blob space has to be waited for all the time: that is worth a word when it lasts.
    Instant last = cause == Cause.BLOB_SPACE ? said.getOrDefault(cause, start) : said.get(cause);
    if (last != null && now.isBefore(last.plus(AGAIN_AFTER))) {
      return;
    }
    said.put(cause, now);
    Duration waited = Duration.between(start, now);
    listener.waiting(
        waited.isZero() ? reason : "%s; waiting for %s".formatted(reason, text(waited)));
  }

  private static String text(Duration waited) {
    return waited.toHours() > 0
        ? "%d h %d min".formatted(waited.toHours(), waited.toMinutesPart())
        : "%d min".formatted(waited.toMinutes());
  }
}
