package io.luntra.jobs.cli;

import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.JournalReader;
import io.luntra.ethereum.journal.ReleaseBegun;
import io.luntra.ethereum.status.ReleaseState;
import io.luntra.ethereum.status.ReleaseStatus;
import io.luntra.ethereum.status.RemainingCost;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import io.luntra.release.ReleaseName;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Shows how far releases came, what they cost, and how long they will take, as their journal"
          + " tells it.",
      "Changes nothing, and works while luntra publish does. Exit code 1 when a transaction of a"
          + " release reverted.",
      ""
    })
final class StatusCommand extends JsonCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME[@VERSION]",
      description = "Only this release, or those of this name.")
  private String name;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      defaultValue = ".luntra/journal",
      description =
          "Journal of luntra publish, or the JDBC URL of one in PostgreSQL (jdbc:postgresql:...);"
              + " its user and password: LUNTRA_JOURNAL_USER and LUNTRA_JOURNAL_PASSWORD. Default:"
              + " ${DEFAULT-VALUE}.")
  private String journal;

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      defaultValue = "${env:LUNTRA_RPC}",
      description =
          "JSON-RPC address of an execution node, to forecast what the rest costs at the fees of"
              + " its last blocks. Default: LUNTRA_RPC; no forecast without.")
  private String rpc;

  @Option(
      names = "--watch",
      description =
          "Look again and again until all releases are sealed or failed, or Ctrl-C: a table that"
              + " changes on a terminal, plain lines elsewhere, on standard error.")
  private boolean watch;

  @Option(
      names = "--every",
      paramLabel = "S",
      defaultValue = "5",
      description = "Seconds between two looks of --watch. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  /**
   * What --json gives.
   *
   * @param ok whether no release failed
   * @param time seconds since 1970
   * @param notices why there is no forecast where one was asked for
   */
  record Result(
      boolean ok, String journal, long time, List<Release> releases, List<String> notices) {}

  /**
   * A release; amounts in wei.
   *
   * @param blobs all of it, the manifest's included
   * @param signedBlobs in a transaction
   * @param includedBlobs in a block
   * @param finalBlobs in a block that stays
   * @param attempts transactions that were signed, replaced ones and cancellations too
   * @param maxInFlightWei the most that transactions in no block can cost yet
   * @param forecastWei what the rest would cost, or null
   * @param blobsPerSlot of late, or null
   * @param secondsLeft until all blobs are in blocks at that rate, or null
   * @param secondsToExpiry until beacon nodes may drop the first blob, negative when they may have,
   *     or null
   */
  record Release(
      String name,
      String version,
      String releaseId,
      String registry,
      long chainId,
      ReleaseState state,
      int blobs,
      int signedBlobs,
      int includedBlobs,
      int finalBlobs,
      int attempts,
      String costWei,
      String maxInFlightWei,
      String forecastWei,
      Double blobsPerSlot,
      Long secondsLeft,
      Long secondsToExpiry,
      List<String> waiting,
      List<String> failed) {
    static Release of(ReleaseStatus status, Optional<BigInteger> forecast) {
      ReleaseBegun release = status.release();
      return new Release(
          release.name().name(),
          release.name().version(),
          release.releaseId().toHex(),
          release.registry(),
          release.network().chainId(),
          status.state(),
          status.blobs().all(),
          status.blobs().signed(),
          status.blobs().included(),
          status.blobs().confirmed(),
          status.attempts(),
          status.costWei().toString(),
          status.inFlightWei().toString(),
          forecast.map(BigInteger::toString).orElse(null),
          status.blobsPerSlot().orElse(null),
          status.timeLeft().map(Duration::toSeconds).orElse(null),
          status.untilGone().map(Duration::toSeconds).orElse(null),
          status.waiting().stream().map(batch -> batch.state() + " " + batch.describe()).toList(),
          status.failed().stream().map(batch -> batch.describe()).toList());
    }
  }

  @Override
  public Integer call() throws Exception {
    if (seconds < 1) {
      throw new InvalidInputException("--every: expected 1 or more, found " + seconds);
    }
    Optional<String> node =
        Optional.ofNullable(rpc)
            .filter(text -> !text.isBlank())
            .map(text -> ChainOptions.urls("--rpc", "LUNTRA_RPC", List.of(text)).get(0).toString());
    Result result = look(node);
    if (watch) {
      StatusScreen screen = StatusScreen.onStandardError();
      screen.show(result);
      while (!isSettled(result)) {
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
        result = look(node);
        screen.show(result);
      }
      screen.clear();
    }
    give(result, StatusTable.of(result));
    return result.ok() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static boolean isSettled(Result result) {
    return !result.releases().isEmpty()
        && result.releases().stream().allMatch(release -> release.state().isSettled());
  }

  private Result look(Optional<String> node) throws InterruptedException {
    List<ReleaseStatus> found = new ArrayList<>();
    Instant now = Instant.now();
    String where;
    try (JournalReader reader = JdbcJournal.read(url(), JdbcJournal.credentials())) {
      where = reader.name();
      for (ReleaseBegun release : chosen(reader)) {
        found.add(ReleaseStatus.of(release, reader.batches(release), now));
      }
    }
    List<String> notices = new ArrayList<>();
    List<Release> releases = new ArrayList<>();
    Optional<RemainingCost> cost = node.flatMap(url -> cost(url, notices));
    for (ReleaseStatus status : found) {
      releases.add(Release.of(status, forecast(cost, status, notices)));
    }
    boolean ok = found.stream().noneMatch(status -> status.state() == ReleaseState.FAILED);
    return new Result(ok, where, now.getEpochSecond(), releases, List.copyOf(notices));
  }

  /** A forecast is a bonus: a node that does not answer takes nothing from the rest. */
  private static Optional<RemainingCost> cost(String url, List<String> notices) {
    try {
      return Optional.of(RemainingCost.at(url));
    } catch (LuntraException e) {
      notices.add("no forecast: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<BigInteger> forecast(
      Optional<RemainingCost> cost, ReleaseStatus status, List<String> notices)
      throws InterruptedException {
    try {
      return cost.isPresent() ? cost.get().of(status) : Optional.empty();
    } catch (LuntraException e) {
      notices.add("no forecast for %s: %s".formatted(status.release().name(), e.getMessage()));
      return Optional.empty();
    }
  }

  private List<ReleaseBegun> chosen(JournalReader reader) {
    List<ReleaseBegun> all = reader.releases();
    if (name == null) {
      return all;
    }
    List<ReleaseBegun> chosen = all.stream().filter(release -> isMeant(release.name())).toList();
    if (chosen.isEmpty()) {
      throw new InvalidInputException(
          "Journal %s has no release %s; it has %s"
              .formatted(
                  reader.name(),
                  name,
                  all.isEmpty() ? "none" : all.stream().map(ReleaseBegun::name).toList()));
    }
    return chosen;
  }

  private boolean isMeant(ReleaseName release) {
    return name.contains("@") ? release.toString().equals(name) : release.name().equals(name);
  }

  private String url() {
    return journal.startsWith("jdbc:") ? journal : JdbcJournal.embeddedUrl(Path.of(journal));
  }
}
