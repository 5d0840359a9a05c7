package io.luntra.jobs.cli;

import io.luntra.ethereum.registry.ReleaseStanding;
import java.util.Locale;

/** What luntra search found, for people. */
final class SearchText {
  private static final int MAX_BENCHMARKS_SHOWN = 5;

  private SearchText() {}

  static String of(SearchCommand.Result result) {
    if (result.found() == 0) {
      return "No model matches, up to block %,d%n".formatted(result.block());
    }
    StringBuilder text = new StringBuilder();
    for (SearchCommand.Model model : result.models()) {
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

  private static String line(SearchCommand.Offer offer) {
    return "%s: %s for %s"
        .formatted(
            offer.version(),
            offer.currency() == null
                ? CallCommand.ether(offer.price()) + " ETH"
                : offer.price() + " units of token " + offer.currency(),
            String.join(", ", offer.uses()));
  }

  private static String line(SearchCommand.Benchmark benchmark) {
    return "%s: %s, %s %s, as %s says"
        .formatted(
            benchmark.version(),
            benchmark.benchmark(),
            benchmark.metric(),
            benchmark.value(),
            benchmark.evaluator());
  }
}
