package io.luntra.jobs.cli;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.history.BenchmarkHistory;
import io.luntra.ethereum.history.OfferHistory;
import io.luntra.ethereum.history.RegistryHistory;
import io.luntra.ethereum.history.SealedRelease;
import io.luntra.ethereum.license.Use;
import io.luntra.ethereum.registry.ContractEvent;
import io.luntra.ethereum.registry.ReleaseStanding;
import io.luntra.failure.InvalidInputException;
import java.util.ArrayList;
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
  private static final int MAX_BENCHMARKS_SHOWN = 5;

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
      paramLabel = "USE",
      split = ",",
      description =
          "On sale for these uses: research, commercial, redistribution, derivatives; separated by"
              + " commas.")
  private List<String> license;

  @Option(
      names = "--benchmark",
      paramLabel = "NAME",
      description = "Somebody attested a result of this benchmark, and did not revoke it.")
  private String benchmark;

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
    List<Predicate<FoundModel>> filters = filters();
    ChainHistory history = ChainHistory.connect(chain, contracts, cache);
    RegistryHistory registry = history.registry();
    Optional<OfferHistory> offers = history.offers();
    Optional<BenchmarkHistory> benchmarks = history.benchmarks();
    require("--license", license, offers, "LicenseMarket: give --market ADDRESS");
    require("--benchmark", benchmark, benchmarks, "Attestations: give --attestations ADDRESS");
    List<FoundModel> found =
        registry.models().stream()
            .map(model -> FoundModel.of(model, offers, benchmarks))
            .filter(model -> filters.stream().allMatch(filter -> filter.test(model)))
            .sorted(
                (a, b) ->
                    ContractEvent.CHAIN_ORDER.compare(
                        b.model().newest().seal(), a.model().newest().seal()))
            .toList();
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
    give(result, text(result));
    return 0;
  }

  /** All that a model has to be. */
  private List<Predicate<FoundModel>> filters() {
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
      List<Use> uses = uses(license);
      filters.add(
          found ->
              found.offer().isPresent() && found.offer().get().offer().uses().containsAll(uses));
    }
    if (benchmark != null) {
      filters.add(
          found ->
              found.benchmarks().stream()
                  .anyMatch(scored -> scored.benchmark().benchmark().equalsIgnoreCase(benchmark)));
    }
    return filters;
  }

  private static List<Use> uses(List<String> ids) {
    try {
      return ids.stream().map(id -> Use.fromId(id.strip().toLowerCase(Locale.ROOT))).toList();
    } catch (InvalidInputException e) {
      throw new InvalidInputException("--license: " + e.getMessage(), e);
    }
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

  private static String text(Result result) {
    if (result.found() == 0) {
      return "No model matches, up to block %,d%n".formatted(result.block());
    }
    StringBuilder text = new StringBuilder();
    for (Model model : result.models()) {
      text.append(
          """
          %s@%s%s
            owner        %s%s
            releases     %,d, the newest sealed in block %,d
          """
              .formatted(
                  model.name(),
                  model.newest().version(),
                  model.newest().status() == ReleaseStanding.Status.ACTIVE
                      ? ""
                      : ", " + model.newest().status().name().toLowerCase(Locale.ROOT),
                  model.owner(),
                  model.owner().equals(model.creator()) ? "" : ", registered by " + model.creator(),
                  model.releases(),
                  model.newest().block()));
      if (model.offer() != null) {
        text.append("  on sale      ").append(line(model.offer())).append('\n');
      }
      if (model.benchmarks() != null) {
        model.benchmarks().stream()
            .limit(MAX_BENCHMARKS_SHOWN)
            .forEach(scored -> text.append("  benchmark    ").append(line(scored)).append('\n'));
        int more = model.benchmarks().size() - MAX_BENCHMARKS_SHOWN;
        if (more > 0) {
          text.append("               and %,d more%n".formatted(more));
        }
      }
    }
    int more = result.found() - result.models().size();
    if (more > 0) {
      text.append("and %,d more: --limit shows them%n".formatted(more));
    }
    return text.toString();
  }

  private static String line(Offer offer) {
    return "%s: %s for %s"
        .formatted(
            offer.version(),
            offer.currency() == null
                ? CallCommand.ether(offer.price()) + " ETH"
                : offer.price() + " units of token " + offer.currency(),
            String.join(", ", offer.uses()));
  }

  private static String line(Benchmark benchmark) {
    return "%s: %s, %s %s, as %s says"
        .formatted(
            benchmark.version(),
            benchmark.benchmark(),
            benchmark.metric(),
            benchmark.value(),
            benchmark.evaluator());
  }
}
