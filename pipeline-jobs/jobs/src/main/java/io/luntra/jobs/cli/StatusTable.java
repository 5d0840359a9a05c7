package io.luntra.jobs.cli;

import io.luntra.ethereum.status.ReleaseState;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The status of releases as text. */
final class StatusTable {
  private static final int ETHER_DIGITS = 6;
  private static final int NAMED = 4;

  private StatusTable() {}

  /** A table, and below it what each release is and waits for. */
  static String of(StatusCommand.Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        "Journal %s at %s%n".formatted(result.journal(), Instant.ofEpochSecond(result.time())));
    if (result.releases().isEmpty()) {
      return text.append("  no release was begun\n").toString();
    }
    TextTable table =
        new TextTable()
            .row(
                "release",
                "state",
                "blobs",
                "signed",
                "included",
                "final",
                "per slot",
                "time left",
                "ETH so far",
                "in flight, at most",
                "forecast",
                "served for");
    result.releases().forEach(release -> row(table, release));
    text.append(table);
    result.releases().forEach(release -> details(text, release));
    result.notices().forEach(notice -> text.append("NOTE: ").append(notice).append('\n'));
    return text.toString();
  }

  private static void row(TextTable table, StatusCommand.Release release) {
    table.row(
        name(release),
        state(release),
        "%,d".formatted(release.blobs()),
        "%,d".formatted(release.signedBlobs()),
        "%,d".formatted(release.includedBlobs()),
        "%,d".formatted(release.finalBlobs()),
        rate(release),
        timeLeft(release),
        ether(release.costWei()),
        ether(release.maxInFlightWei()),
        ether(release.forecastWei()),
        served(release));
  }

  private static void details(StringBuilder text, StatusCommand.Release release) {
    text.append(
        "%s: release %s, registry %s on chain %d; %,d transactions signed%n"
            .formatted(
                name(release),
                release.releaseId(),
                release.registry(),
                release.chainId(),
                release.attempts()));
    named(text, "reverted", release.failed());
    named(text, "waiting", release.waiting());
    Long left = release.secondsToExpiry();
    if (left != null && left < 0 && release.state() != ReleaseState.SEALED) {
      text.append("  NOTE: beacon nodes may have dropped its first blobs\n");
    }
  }

  private static void named(StringBuilder text, String what, List<String> batches) {
    batches.stream()
        .limit(NAMED)
        .forEach(batch -> text.append("  ").append(what).append(": ").append(batch).append('\n'));
    if (batches.size() > NAMED) {
      text.append("  and %,d more %s%n".formatted(batches.size() - NAMED, what));
    }
  }

  /** A release in one line. */
  static String line(StatusCommand.Release release) {
    return "%s %s: %,d blobs, %,d signed, %,d included, %,d final; %s per slot, %s left; %s ETH so far"
        .formatted(
            name(release),
            state(release),
            release.blobs(),
            release.signedBlobs(),
            release.includedBlobs(),
            release.finalBlobs(),
            rate(release),
            timeLeft(release),
            ether(release.costWei()));
  }

  private static String name(StatusCommand.Release release) {
    return release.name() + "@" + release.version();
  }

  private static String state(StatusCommand.Release release) {
    return release.state().name().toLowerCase(Locale.ROOT);
  }

  private static String rate(StatusCommand.Release release) {
    Double rate = release.blobsPerSlot();
    return rate == null ? "-" : String.format(Locale.ROOT, "%.1f", rate);
  }

  private static String timeLeft(StatusCommand.Release release) {
    return release.secondsLeft() == null ? "-" : duration(release.secondsLeft());
  }

  private static String served(StatusCommand.Release release) {
    Long left = release.secondsToExpiry();
    return left == null ? "-" : left < 0 ? "gone" : duration(left);
  }

  private static String ether(String wei) {
    return wei == null
        ? "-"
        : new BigDecimal(wei)
            .movePointLeft(18)
            .setScale(ETHER_DIGITS, RoundingMode.UP)
            .toPlainString();
  }

  private static String duration(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    return time.toDays() > 0
        ? "%d d %d h".formatted(time.toDays(), time.toHoursPart())
        : time.toHours() > 0
            ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
            : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
