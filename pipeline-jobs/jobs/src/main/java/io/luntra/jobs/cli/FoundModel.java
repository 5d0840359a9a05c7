package io.luntra.jobs.cli;

import io.luntra.ethereum.history.AttestedBenchmark;
import io.luntra.ethereum.history.BenchmarkHistory;
import io.luntra.ethereum.history.ModelHistory;
import io.luntra.ethereum.history.OfferHistory;
import io.luntra.ethereum.history.ReleaseOffer;
import io.luntra.ethereum.history.SealedRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model with all that a search can ask for.
 *
 * @param offer what the newest of its releases that are on sale is sold for
 * @param benchmarks results of all its releases that stand, those of the newest release first
 */
record FoundModel(ModelHistory model, Optional<Offered> offer, List<Scored> benchmarks) {
  FoundModel {
    benchmarks = List.copyOf(benchmarks);
  }

  /** Terms, and which release they are of. */
  record Offered(SealedRelease release, ReleaseOffer offer) {}

  /** A result, and which release it is of. */
  record Scored(SealedRelease release, AttestedBenchmark benchmark) {}

  static FoundModel of(
      ModelHistory model, Optional<OfferHistory> offers, Optional<BenchmarkHistory> benchmarks) {
    Optional<Offered> offered = Optional.empty();
    List<Scored> scored = new ArrayList<>();
    for (int i = model.releases().size() - 1; i >= 0; i--) {
      SealedRelease release = model.releases().get(i);
      if (offered.isEmpty()) {
        offered =
            offers
                .flatMap(all -> all.of(release.releaseId()))
                .map(offer -> new Offered(release, offer));
      }
      benchmarks.ifPresent(
          all ->
              all.of(release.releaseId())
                  .forEach(result -> scored.add(new Scored(release, result))));
    }
    return new FoundModel(model, offered, scored);
  }
}
