package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.history.BenchmarkHistory;
import io.luntra.ethereum.history.OfferHistory;
import io.luntra.ethereum.history.RegistryHistory;
import io.luntra.ethereum.history.SealedRelease;
import io.luntra.ethereum.license.Use;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.VerificationException;
import io.luntra.jobs.fetch.RootManifests;
import io.luntra.manifest.RootManifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description = {
      "Finds models, those with the newest release first, in the events of the contracts.",
      "Anyone may register any name, and anyone may attest any result: look at who it is. Prices"
          + " are those of one license for who shows no class."
    })
final class SearchCommand extends JsonCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "TEXT",
      description = "Part of the model's name. Default: all models.")
  private String text;

  @Mixin private ChainOptions chain;
  @Mixin private ContractOptions contracts;
  @Mixin private CacheOption cache;

  @Option(
      names = "--owner",
      paramLabel = "ADDRESS",
      description = "Account that the model belongs to now.")
  private String owner;

  @Option(
      names = "--creator",
      paramLabel = "ADDRESS",
      description = "Account that registered the model.")
  private String creator;

  @Option(
      names = "--license",
      paramLabel = "USE|SPDX",
      split = ",",
      description =
          "On sale for these uses: research, commercial, redistribution, derivatives. Or the id of an"
              + " SPDX licence that the newest release's record names. Several are separated by"
              + " commas.")
  private List<String> license;

  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      description = "Somebody attested a result of this benchmark, and did not revoke it.")
  private String benchmark;

  @Option(
      names = "--architecture",
      paramLabel = "NAME",
      description =
          "Architecture or family that the newest release's record names, such as transformer or"
              + " bert. This and SPDX licences are read from blobs (--beacon), a release at a time,"
              + " as long as they are served.")
  private String architecture;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most N models. Default: ${DEFAULT-VALUE}.")
  private int limit;

  /**
   * What --json gives.
   *
   * @param block that all is read up to
   * @param found how many models match
   * @param models the first of them
   */
  record Result(boolean ok, long chainId, long block, int found, List<Model> models) {}

  /**
   * A model.
   *
   * @param offer null where none of its releases is on sale, or LicenseMarket was not read
   * @param benchmarks null where Attestations was not read
   */
  record Model(
      String name,
      String creator,
      String owner,
      int releases,
      Release newest,
      Offer offer,
      List<Benchmark> benchmarks) {}

  record Release(
      String version,
      String releaseId,
      String publisher,
      long block,
      ReleaseStanding.Status status) {}

  /**
   * What a release is sold for.
   *
   * @param currency address of an ERC-20 token; null for ether
   * @param price in wei or in the token's smallest unit
   */
  record Offer(
      String version,
      long termsVersion,
      List<String> uses,
      String currency,
      String price,
      long durationSeconds) {}

  record Benchmark(
      String version,
      String benchmark,
      String metric,
      String value,
      String evaluator,
      String evidence) {}

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new InvalidInputException("--limit: expected 1 or more, found " + limit);
    }
    RecordFilter records = new RecordFilter();
    List<Predicate<FoundModel>> filters = filters(records);
    if (!records.isEmpty()) {
      chain.beacon();
    }
    ChainHistory history = ChainHistory.connect(chain, contracts, cache);
    RegistryHistory registry = history.registry();
    Optional<OfferHistory> offers = history.offers();
    Optional<BenchmarkHistory> benchmarks = history.benchmarks();
    require(
        "--license",
        isUseWanted() ? license : null,
        offers,
        "LicenseMarket: give --market ADDRESS");
    require("--benchmark", benchmark, benchmarks, "Attestations: give --attestations ADDRESS");
    List<FoundModel> candidates =
        registry.models().stream()
            .map(model -> FoundModel.of(model, offers, benchmarks))
            .filter(model -> filters.stream().allMatch(filter -> filter.test(model)))
            .sorted(
                (a, b) ->
                    ContractEvent.CHAIN_ORDER.compare(
                        b.model().newest().seal(), a.model().newest().seal()))
            .toList();
    List<FoundModel> found = withRecord(history, records, candidates);
    Result result =
        new Result(
            true,
            history.chainId(),
            history.head(),
            found.size(),
            found.stream()
                .limit(limit)
                .map(model -> model(model, benchmarks.isPresent()))
                .toList());
    give(result, SearchText.of(result));
    return 0;
  }

  /** All that a model has to be. */
  private List<Predicate<FoundModel>> filters(RecordFilter records) {
    List<Predicate<FoundModel>> filters = new ArrayList<>();
    if (text != null) {
      String part = text.toLowerCase(Locale.ROOT);
      filters.add(found -> found.model().name().contains(part));
    }
    CreatorOption.address("--owner", owner)
        .ifPresent(address -> filters.add(found -> found.model().owner().equals(address)));
    CreatorOption.address("--creator", creator)
        .ifPresent(address -> filters.add(found -> found.model().creator().equals(address)));
    if (license != null) {
      List<Use> uses = uses();
      if (!uses.isEmpty()) {
        filters.add(
            found ->
                found.offer().isPresent() && found.offer().get().offer().uses().containsAll(uses));
      }
      license.stream()
          .filter(id -> use(id).isEmpty())
          .forEach(id -> records.license("--license", id.strip()));
    }
    if (architecture != null) {
      records.architecture(architecture);
    }
    if (benchmark != null) {
      filters.add(
          found ->
              found.benchmarks().stream()
                  .anyMatch(scored -> scored.benchmark().benchmark().equalsIgnoreCase(benchmark)));
    }
    return filters;
  }

  private List<Use> uses() {
    return license.stream().flatMap(id -> use(id).stream()).toList();
  }

  private boolean isUseWanted() {
    return license != null && !uses().isEmpty();
  }

  private static Optional<Use> use(String id) {
    return Arrays.stream(Use.values())
        .filter(use -> use.id().equalsIgnoreCase(id.strip()))
        .findFirst();
  }

  /** Those whose newest release has such a record, with a notice on those that can't be read. */
  private List<FoundModel> withRecord(
      ChainHistory history, RecordFilter records, List<FoundModel> found) {
    if (records.isEmpty()) {
      return found;
    }
    Progress progress = Progress.onStandardError();
    RootManifests manifests = RootManifests.connect(chain.beacon());
    List<FoundModel> matching = new ArrayList<>();
    int done = 0;
    for (FoundModel model : found) {
      SealedRelease newest = model.model().newest();
      progress.show("records", done++, found.size(), "models");
      try {
        RootManifest root =
            manifests.read(newest.name(), history.block(newest.seal()), newest.rootManifest());
        if (root.description().record().filter(records::matches).isPresent()) {
          matching.add(model);
        }
      } catch (VerificationException e) {
        progress.note("%s is left out: %s".formatted(newest.name(), e.getMessage()));
      }
    }
    progress.clear();
    return matching;
  }

  private static void require(String option, Object value, Optional<?> source, String needed) {
    if (value != null && source.isEmpty()) {
      throw new InvalidInputException(option + " needs " + needed);
    }
  }

  private static Model model(FoundModel found, boolean withBenchmarks) {
    SealedRelease newest = found.model().newest();
    return new Model(
        found.model().name(),
        found.model().creator(),
        found.model().owner(),
        found.model().releases().size(),
        new Release(
            newest.name().version(),
            newest.releaseId().toHex(),
            newest.publisher(),
            newest.seal().blockNumber(),
            newest.status()),
        found.offer().map(SearchCommand::offer).orElse(null),
        withBenchmarks ? found.benchmarks().stream().map(SearchCommand::benchmark).toList() : null);
  }

  private static Offer offer(FoundModel.Offered offered) {
    return new Offer(
        offered.release().name().version(),
        offered.offer().version(),
        offered.offer().uses().stream().map(Use::id).toList(),
        offered.offer().currency().orElse(null),
        offered.offer().price().toString(),
        offered.offer().durationSeconds());
  }

  private static Benchmark benchmark(FoundModel.Scored scored) {
    Bytes32 evidence = scored.benchmark().evidence();
    return new Benchmark(
        scored.release().name().version(),
        scored.benchmark().benchmark(),
        scored.benchmark().metric(),
        scored.benchmark().value().toPlainString(),
        scored.benchmark().evaluator(),
        evidence.equals(Bytes32.ZERO) ? null : evidence.toHex());
  }
}
