package io.luntra.jobs.cli;

import io.luntra.ethereum.history.AttestedBenchmark;
import io.luntra.ethereum.history.BenchmarkHistory;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.diff.ComparedFiles;
import io.luntra.jobs.diff.FileDifference;
import io.luntra.jobs.diff.Kind;
import io.luntra.jobs.diff.ReleaseDiff;
import io.luntra.jobs.diff.TensorChange;
import io.luntra.jobs.diff.TensorDifference;
import io.luntra.jobs.fetch.ChainRelease;
import io.luntra.jobs.fetch.ChainReleases;
import io.luntra.kzg.VersionedHash;
import io.luntra.release.ReleaseName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Says what changed from one release to another: of one model, or of two.",
      "Which tensors changed is in their manifests; by how much is in the weights: give --files or"
          + " --fetch."
    })
final class DiffCommand extends JsonCommand {
  @Parameters(index = "0", paramLabel = "NAME@A", description = "The release before.")
  private String first;

  @Parameters(index = "1", paramLabel = "NAME@B", description = "The release after.")
  private String second;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;
  @Mixin private ContractOptions contracts;
  @Mixin private CacheOption cache;

  @Option(
      names = "--creator-b",
      paramLabel = "ADDRESS",
      description = "Account that registered the model of NAME@B. Default: that of --creator.")
  private String creatorB;

  @Option(
      names = "--files",
      arity = "2",
      paramLabel = "DIR",
      description =
          "Folders (or files) with the first and the second release, as they were fetched; they are"
              + " verified first.")
  private List<Path> files;

  @Option(
      names = "--fetch",
      description = "Fetch both releases, into a temporary folder that is deleted at the end.")
  private boolean fetch;

  @Mixin private ParallelismOption parallelism;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "30",
      description = "List at most N tensors. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--exit-code", description = "Exit with 1 when the releases differ.")
  private boolean exitCode;

  @Override
  public Integer call() throws Exception {
    if (limit < 1) {
      throw new InvalidInputException("--limit: expected 1 or more, found " + limit);
    }
    if (fetch && files != null) {
      throw new InvalidInputException("Give --files or --fetch, not both");
    }
    ReleaseName nameA = ReleaseName.parse(first);
    ReleaseName nameB = ReleaseName.parse(second);
    Optional<String> creatorOfB =
        CreatorOption.address("--creator-b", creatorB).or(creator::address);
    ChainReleases releases = ChainReleases.connect(chain.rpc(), chain.beacon(), chain.registry());
    ChainRelease before = releases.read(nameA, creator.address());
    ChainRelease after = releases.read(nameB, creatorOfB);
    Optional<BenchmarkHistory> benchmarks =
        ChainHistory.connect(chain, contracts, cache).benchmarks();
    ReleaseDiff diff = ReleaseDiff.of(before.artifacts(), after.artifacts());
    DiffResult result =
        result(
            before,
            after,
            diff,
            changes(releases, before, after, diff),
            benchmarks.map(all -> benchmarks(all, before, after)).orElse(null));
    give(result, DiffText.of(result));
    return exitCode && result.differ() ? 1 : 0;
  }

  private Map<TensorDifference, TensorChange> changes(
      ChainReleases releases, ChainRelease before, ChainRelease after, ReleaseDiff diff)
      throws IOException, InterruptedException {
    if (files == null && !fetch) {
      return Map.of();
    }
    Progress progress = Progress.onStandardError();
    try (ComparedFiles compared =
        fetch
            ? ComparedFiles.fetched(
                releases,
                chain.beacon(),
                parallelism.slots(),
                (done, total) -> progress.show("fetch", done, total, "blobs"),
                before,
                after)
            : ComparedFiles.given(before, files.get(0), after, files.get(1))) {
      return compared.changes(
          diff, (done, total) -> progress.show("compare", done, total, "tensors"));
    } finally {
      progress.clear();
    }
  }

  private DiffResult result(
      ChainRelease before,
      ChainRelease after,
      ReleaseDiff diff,
      Map<TensorDifference, TensorChange> changes,
      List<DiffResult.Benchmark> benchmarks) {
    Set<VersionedHash> shared = new HashSet<>(before.published().blobHashes());
    shared.retainAll(new HashSet<>(after.published().blobHashes()));
    List<TensorDifference> different = new ArrayList<>(diff.different());
    if (!changes.isEmpty()) {
      // What has no number, as it was added, removed or reshaped, comes first.
      different.sort(
          Comparator.comparingDouble(
              tensor ->
                  changes.containsKey(tensor)
                      ? -changes.get(tensor).relativeRms()
                      : Double.NEGATIVE_INFINITY));
    }
    return new DiffResult(
        true,
        !diff.isEmpty(),
        DiffResult.Side.of(before),
        DiffResult.Side.of(after),
        delta(before, after),
        shared.size(),
        new DiffResult.Counts(
            diff.count(Kind.SAME),
            diff.count(Kind.CHANGED),
            diff.count(Kind.ADDED),
            diff.count(Kind.REMOVED)),
        diff.files().stream().map(DiffCommand::file).toList(),
        different.stream()
            .limit(limit)
            .map(tensor -> tensor(tensor, Optional.ofNullable(changes.get(tensor))))
            .toList(),
        benchmarks);
  }

  private static DiffResult.Delta delta(ChainRelease before, ChainRelease after) {
    return after
        .root()
        .parent()
        .filter(parent -> parent.releaseId().equals(before.published().releaseId()))
        .map(
            parent ->
                new DiffResult.Delta(
                    after.root().totals().encodedBytes(),
                    after.wireBytes(),
                    (double) after.wireBytes() / before.wireBytes()))
        .orElse(null);
  }

  private static DiffResult.File file(FileDifference file) {
    return new DiffResult.File(
        file.path(),
        file.kind(),
        file.before().map(entry -> entry.bytes()).orElse(null),
        file.after().map(entry -> entry.bytes()).orElse(null));
  }

  private static DiffResult.Tensor tensor(TensorDifference tensor, Optional<TensorChange> change) {
    return new DiffResult.Tensor(
        tensor.path(),
        tensor.name(),
        tensor.kind(),
        tensor.before().map(DiffResult.Stored::of).orElse(null),
        tensor.after().map(DiffResult.Stored::of).orElse(null),
        change.map(DiffResult.Change::of).orElse(null));
  }

  private static List<DiffResult.Benchmark> benchmarks(
      BenchmarkHistory history, ChainRelease before, ChainRelease after) {
    Map<List<String>, DiffResult.Benchmark> rows = new LinkedHashMap<>();
    for (boolean isBefore : new boolean[] {true, false}) {
      ChainRelease release = isBefore ? before : after;
      for (AttestedBenchmark result : history.of(release.published().releaseId())) {
        DiffResult.Benchmark row =
            rows.computeIfAbsent(
                List.of(result.benchmark(), result.metric(), result.evaluator()),
                key ->
                    new DiffResult.Benchmark(
                        result.benchmark(),
                        result.metric(),
                        result.evaluator(),
                        new ArrayList<>(),
                        new ArrayList<>()));
        (isBefore ? row.before() : row.after()).add(result.value().toPlainString());
      }
    }
    return List.copyOf(rows.values());
  }
}
