package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.history.ModelHistory;
import io.luntra.ethereum.history.ReferenceHistory;
import io.luntra.ethereum.history.RegistryHistory;
import io.luntra.ethereum.history.SealedRelease;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.release.ReleaseName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the releases of a model, newest first, with the releases that they come from, those of"
          + " other models included.",
      "With NAME@VERSION or --branch: that release, and what it comes from."
    })
final class LogCommand extends JsonCommand {
  @Parameters(paramLabel = "NAME[@VERSION]", description = "The model, or a release of it.")
  private String name;

  @Mixin private ChainOptions chain;
  @Mixin private CreatorOption creator;
  @Mixin private ContractOptions contracts;
  @Mixin private CacheOption cache;

  @Option(
      names = "--branch",
      paramLabel = "NAME",
      description = "Begin at the release that this branch stands at.")
  private String branch;

  @Option(names = "--limit", paramLabel = "N", description = "At most N releases. Default: all.")
  private Integer limit;

  /** What --json gives. */
  record Result(
      boolean ok,
      String model,
      String creator,
      String owner,
      long chainId,
      long block,
      List<Entry> releases,
      List<Moved> transfers) {}

  /**
   * A release.
   *
   * @param branches that stand at it; null where ModelReferences was not read
   * @param tags that name it; likewise
   */
  record Entry(
      String name,
      String version,
      String releaseId,
      String creator,
      String publisher,
      long block,
      String time,
      String transaction,
      ReleaseStanding.Status status,
      String reason,
      String successor,
      List<Origin> parents,
      List<String> branches,
      List<String> tags) {
    String title() {
      return name + "@" + version;
    }
  }

  /** A release that another one comes from. */
  record Origin(String name, String version, String releaseId) {}

  /** A transfer of the model. */
  record Moved(String from, String to, long block, String time) {}

  @Override
  public Integer call() {
    checkOptions();
    ChainHistory history = ChainHistory.connect(chain, contracts, cache);
    RegistryHistory registry = history.registry();
    ModelHistory model =
        registry.find(
            name.contains("@") ? ReleaseName.parse(name).name() : name, creator.address());
    Optional<ReferenceHistory> references = history.references();
    List<SealedRelease> releases =
        withOrigins(registry, start(registry, model, references)).stream()
            .limit(limit == null ? Long.MAX_VALUE : limit)
            .toList();
    List<ModelHistory.Transfer> transfers =
        model.transfers().stream()
            .filter(transfer -> isWholeModel() || isBefore(transfer, releases.get(0)))
            .toList();
    Result result =
        new Result(
            true,
            model.name(),
            model.creator(),
            model.owner(),
            history.chainId(),
            history.head(),
            releases.stream()
                .map(release -> entry(history, registry, references, release))
                .toList(),
            transfers.stream().map(transfer -> moved(history, transfer)).toList());
    give(result, jsonWanted() ? "" : text(result, releases, transfers));
    return 0;
  }

  private void checkOptions() {
    if (limit != null && limit < 1) {
      throw new InvalidInputException("--limit: expected 1 or more, found " + limit);
    }
    if (branch != null && name.contains("@")) {
      throw new InvalidInputException(
          "Give --branch %s or the version in %s, not both".formatted(branch, name));
    }
  }

  private boolean isWholeModel() {
    return branch == null && !name.contains("@");
  }

  private static boolean isBefore(ModelHistory.Transfer transfer, SealedRelease release) {
    return ContractEvent.CHAIN_ORDER.compare(transfer.event(), release.seal()) < 0;
  }

  private Collection<SealedRelease> start(
      RegistryHistory registry, ModelHistory model, Optional<ReferenceHistory> references) {
    if (isWholeModel()) {
      return model.releases();
    }
    if (branch == null) {
      ReleaseName wanted = ReleaseName.parse(name);
      return List.of(
          model.releases().stream()
              .filter(release -> release.name().equals(wanted))
              .findFirst()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "Release %s of %s: not sealed; the newest is %s"
                              .formatted(wanted, model.creator(), model.newest().name()))));
    }
    if (references.isEmpty()) {
      throw new InvalidInputException("--branch needs ModelReferences: give --references ADDRESS");
    }
    Map<String, Bytes32> branches = references.get().branches(model.modelId());
    return List.of(
        Optional.ofNullable(branches.get(branch))
            .flatMap(registry::release)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "--branch: model %s has no branch \"%s\"; it has: %s"
                            .formatted(
                                model.name(),
                                branch,
                                branches.isEmpty()
                                    ? "none"
                                    : String.join(", ", branches.keySet())))));
  }

  /** These releases and all that they come from, newest first: children before parents. */
  private static List<SealedRelease> withOrigins(
      RegistryHistory registry, Collection<SealedRelease> start) {
    Map<Bytes32, SealedRelease> found = new LinkedHashMap<>();
    Deque<SealedRelease> open = new ArrayDeque<>(start);
    while (!open.isEmpty()) {
      SealedRelease release = open.pop();
      if (found.put(release.releaseId(), release) == null) {
        release.parents().forEach(parent -> open.push(registry.release(parent).orElseThrow()));
      }
    }
    List<SealedRelease> sorted = new ArrayList<>(found.values());
    sorted.sort((a, b) -> ContractEvent.CHAIN_ORDER.compare(b.seal(), a.seal()));
    return sorted;
  }

  private static Entry entry(
      ChainHistory history,
      RegistryHistory registry,
      Optional<ReferenceHistory> references,
      SealedRelease release) {
    return new Entry(
        release.name().name(),
        release.name().version(),
        release.releaseId().toHex(),
        release.creator(),
        release.publisher(),
        release.seal().blockNumber(),
        history.time(release.seal()),
        release.seal().transaction().toHex(),
        release.status(),
        release.standing().map(SealedRelease.Standing::reason).orElse(null),
        release
            .standing()
            .flatMap(SealedRelease.Standing::successor)
            .map(Bytes32::toHex)
            .orElse(null),
        release.parents().stream()
            .map(parent -> registry.release(parent).orElseThrow())
            .map(
                parent ->
                    new Origin(
                        parent.name().name(), parent.name().version(), parent.releaseId().toHex()))
            .toList(),
        references.map(all -> at(all.branches(release.modelId()), release)).orElse(null),
        references.map(all -> at(all.tags(release.modelId()), release)).orElse(null));
  }

  private static List<String> at(Map<String, Bytes32> names, SealedRelease release) {
    return names.entrySet().stream()
        .filter(entry -> entry.getValue().equals(release.releaseId()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Moved moved(ChainHistory history, ModelHistory.Transfer transfer) {
    return new Moved(
        transfer.from(),
        transfer.to(),
        transfer.event().blockNumber(),
        history.time(transfer.event()));
  }

  private String text(
      Result result, List<SealedRelease> releases, List<ModelHistory.Transfer> transfers) {
    ReleaseGraph graph = new ReleaseGraph();
    int left = transfers.size();
    for (int i = 0; i < releases.size(); i++) {
      while (left > 0 && !isBefore(transfers.get(left - 1), releases.get(i))) {
        graph.note(line(result.transfers().get(--left)));
      }
      Entry entry = result.releases().get(i);
      graph.release(
          releases.get(i).releaseId(), releases.get(i).parents(), title(entry), details(entry));
    }
    while (limit == null && left > 0) {
      graph.note(line(result.transfers().get(--left)));
    }
    return "%s, registered by %s, owned by %s%n%s"
        .formatted(result.model(), result.creator(), result.owner(), graph);
  }

  private static String line(Moved moved) {
    return "-- block %d, %s: transferred from %s to %s"
        .formatted(moved.block(), moved.time(), moved.from(), moved.to());
  }

  private static String title(Entry entry) {
    List<String> names = new ArrayList<>();
    if (entry.branches() != null) {
      names.addAll(entry.branches());
      entry.tags().forEach(tag -> names.add("tag: " + tag));
    }
    return entry.title() + (names.isEmpty() ? "" : " (" + String.join(", ", names) + ")");
  }

  private static List<String> details(Entry entry) {
    List<String> details = new ArrayList<>();
    details.add("  %s".formatted(entry.releaseId()));
    details.add(
        "  sealed in block %d, %s, by %s"
            .formatted(entry.block(), entry.time(), entry.publisher()));
    if (entry.status() != ReleaseStanding.Status.ACTIVE) {
      details.add(
          "  %s%s%s"
              .formatted(
                  entry.status().name(),
                  entry.successor() == null ? "" : " by " + entry.successor(),
                  entry.reason().isEmpty()
                      ? ""
                      : ": \"" + ForeignText.printable(entry.reason()) + "\""));
    }
    details.add("");
    return details;
  }
}
