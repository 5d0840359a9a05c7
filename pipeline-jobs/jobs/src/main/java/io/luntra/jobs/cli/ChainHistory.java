package io.luntra.jobs.cli;

import io.luntra.ethereum.beacon.BlockReference;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.ContractHistory;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.history.BenchmarkHistory;
import io.luntra.ethereum.history.OfferHistory;
import io.luntra.ethereum.history.ReferenceHistory;
import io.luntra.ethereum.history.RegistryHistory;
import io.luntra.failure.InvalidInputException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the contracts of one chain say, each read when it is asked for. */
final class ChainHistory {
  private final ContractHistory events;
  private final ContractOptions contracts;
  private final String registry;
  private final Consumer<String> notices;

  private ChainHistory(
      ContractHistory events,
      ContractOptions contracts,
      String registry,
      Consumer<String> notices) {
    this.events = events;
    this.contracts = contracts;
    this.registry = registry;
    this.notices = notices;
  }

  /**
   * Connects to a chain.
   *
   * @throws InvalidInputException when nobody answers at the endpoint
   */
  static ChainHistory connect(ChainOptions chain, ContractOptions contracts, CacheOption cache) {
    String registry = chain.registry();
    Consumer<String> notices = Progress.onStandardError()::note;
    return new ChainHistory(
        new ContractHistory(Endpoint.of(chain.rpc().toString()), cache.folder(), notices),
        contracts,
        registry,
        notices);
  }

  long chainId() {
    return events.chainId();
  }

  /** The block that all is read up to. */
  long head() {
    return events.head();
  }

  /** When an event's block was made, such as 2026-01-31T12:00:00Z. */
  String time(ContractEvent event) {
    return Instant.ofEpochSecond(block(event).timestamp()).toString();
  }

  BlockReference block(ContractEvent event) {
    return events.block(event);
  }

  RegistryHistory registry() {
    return RegistryHistory.of(events.events("registry", registry, RegistryHistory.KINDS));
  }

  /** Empty, with a notice, where the chain has no such contract and none was asked for. */
  Optional<ReferenceHistory> references() {
    return read(
        contracts.references(registry),
        "branches and tags are",
        ReferenceHistory.KINDS,
        ReferenceHistory::of);
  }

  /** Likewise. */
  Optional<BenchmarkHistory> benchmarks() {
    return read(
        contracts.attestations(registry),
        "benchmarks are",
        BenchmarkHistory.KINDS,
        BenchmarkHistory::of);
  }

  /** Likewise. */
  Optional<OfferHistory> offers() {
    return read(contracts.market(registry), "prices are", OfferHistory.KINDS, OfferHistory::of);
  }

  private <T> Optional<T> read(
      ContractOptions.Place place,
      String missed,
      List<EventKind> kinds,
      Function<List<ContractEvent>, T> fold) {
    if (!place.given() && !events.hasCode(place.address())) {
      notices.accept(
          "No %s at %s, where it would be beside this registry: %s left out; %s gives another"
              .formatted(place.name(), place.address(), missed, place.option()));
      return Optional.empty();
    }
    return Optional.of(fold.apply(events.events(place.name(), place.address(), kinds)));
  }
}
