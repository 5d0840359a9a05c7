package io.luntra.ethereum.history;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.event.ContractEvent;
import io.luntra.ethereum.event.EventKind;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.failure.LuntraException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Benchmark results that stand, out of the events of Attestations. */
public final class BenchmarkHistory {
  /** The events that it takes. */
  public static final List<EventKind> KINDS =
      List.of(EventKind.BENCHMARK_ATTESTED, EventKind.BENCHMARK_REVOKED);

  private static final int MAX_TEXT_BYTES = 96;

  /** Values are in units of 1e-9. */
  private static final int SCALE = 9;

  private final Map<Bytes32, List<AttestedBenchmark>> byRelease = new HashMap<>();

  private BenchmarkHistory(Map<Bytes32, AttestedBenchmark> results) {
    for (AttestedBenchmark result : results.values()) {
      byRelease.computeIfAbsent(result.releaseId(), id -> new ArrayList<>()).add(result);
    }
  }

  /**
   * What these events come to.
   *
   * @param events oldest first, all of {@link #KINDS}
   * @throws LuntraException when they are malformed
   */
  public static BenchmarkHistory of(List<ContractEvent> events) {
    Map<Bytes32, AttestedBenchmark> results = new LinkedHashMap<>();
    for (ContractEvent event : events) {
      Bytes32 id = event.indexed().get(0);
      if (event.kind() == EventKind.BENCHMARK_ATTESTED) {
        results.put(id, result(event));
      } else if (results.containsKey(id) && results.get(id).evaluator().equals(event.address(1))) {
        results.remove(id);
      }
    }
    return new BenchmarkHistory(results);
  }

  /** Results of a release that were not revoked, in the order in which they were stated. */
  public List<AttestedBenchmark> of(Bytes32 releaseId) {
    return List.copyOf(byRelease.getOrDefault(releaseId, List.of()));
  }

  private static AttestedBenchmark result(ContractEvent event) {
    AbiReader data = event.parameters();
    return new AttestedBenchmark(
        event.indexed().get(0),
        event.indexed().get(1),
        event.address(2),
        EventTexts.printable(event, data.text(MAX_TEXT_BYTES)),
        EventTexts.printable(event, data.text(MAX_TEXT_BYTES)),
        new BigDecimal(data.signed(), SCALE).stripTrailingZeros(),
        data.bytes32());
  }
}
