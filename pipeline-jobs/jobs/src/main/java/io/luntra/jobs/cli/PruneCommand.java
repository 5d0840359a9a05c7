package io.luntra.jobs.cli;

import io.luntra.ethereum.journal.BatchKind;
import io.luntra.ethereum.journal.BatchState;
import io.luntra.ethereum.journal.JdbcJournal;
import io.luntra.ethereum.journal.JournalReader;
import io.luntra.ethereum.journal.JournaledBatch;
import io.luntra.ethereum.journal.ReleaseBegun;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    description = {
      "Deletes staged releases whose seal has been final for longer than you keep copies, with the"
          + " blobs that no other staged release has.",
      "Beacon nodes serve blobs for about 18 days: after that this may be the last copy. Prepare and"
          + " publish nothing in this staging store meanwhile."
    })
final class PruneCommand extends JsonCommand {
  @Mixin private SinkLocations locations;

  @Option(
      names = "--keep-days",
      paramLabel = "N",
      required = true,
      description = "Keep what was sealed within so many days, 0 or more.")
  private long keepDays;

  @Option(names = "--dry-run", description = "Only say what would be deleted.")
  private boolean dryRun;

  /** What --json gives. */
  record Result(boolean ok, boolean dryRun, List<String> releases, int blobs) {}

  @Override
  public Integer call() throws Exception {
    if (keepDays < 0) {
      throw new InvalidInputException("--keep-days: expected 0 or more, found " + keepDays);
    }
    StagingStore staging = StagingStore.open(locations.staging());
    List<ReleaseBegun> old = old(staging, Instant.now().minus(Duration.ofDays(keepDays)));
    List<String> names = old.stream().map(release -> release.name().toString()).toList();
    int blobs = 0;
    if (!dryRun && !old.isEmpty()) {
      blobs = staging.remove(new TreeSet<>(old.stream().map(ReleaseBegun::stagingKey).toList()));
    }
    give(
        new Result(true, dryRun, names, blobs),
        "%s %d releases%s%n"
            .formatted(
                dryRun ? "Would delete" : "Deleted",
                names.size(),
                names.isEmpty()
                    ? ""
                    : ", %d blobs: %s".formatted(blobs, String.join(", ", names))));
    return 0;
  }

  /** Of a release that several journals' chains have, the youngest seal counts. */
  private List<ReleaseBegun> old(StagingStore staging, Instant before) {
    List<String> staged = staging.releases();
    List<ReleaseBegun> old = new ArrayList<>();
    TreeSet<String> needed = new TreeSet<>();
    try (JournalReader journal =
        JdbcJournal.read(locations.journalUrl(), JdbcJournal.credentials())) {
      for (ReleaseBegun release : journal.releases()) {
        if (isSealed(journal.batches(release), before)) {
          old.add(release);
        } else {
          needed.add(release.stagingKey());
        }
      }
    }
    return old.stream()
        .filter(release -> staged.contains(release.stagingKey()))
        .filter(release -> !needed.contains(release.stagingKey()))
        .toList();
  }

  private static boolean isSealed(List<JournaledBatch> batches, Instant before) {
    return batches.stream()
        .filter(batch -> batch.kind() == BatchKind.SEAL && batch.state() == BatchState.FINAL)
        .flatMap(batch -> batch.inclusion().stream())
        .anyMatch(seal -> Instant.ofEpochSecond(seal.blockTime()).isBefore(before));
  }
}
