package io.luntra.jobs.plan;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The tensors of a plan, found by place. */
public final class TensorPlans {
  private final Map<Integer, NavigableMap<Long, TensorPlan>> artifacts = new HashMap<>();

  public TensorPlans(ReleasePlan plan) {
    for (TensorPlan tensor : plan.tensors()) {
      artifacts
          .computeIfAbsent(tensor.artifact(), artifact -> new TreeMap<>())
          .put(tensor.offset(), tensor);
    }
  }

  /** The tensor that this byte belongs to. */
  public Optional<TensorPlan> at(int artifact, long offset) {
    NavigableMap<Long, TensorPlan> tensors = artifacts.get(artifact);
    Map.Entry<Long, TensorPlan> before = tensors == null ? null : tensors.floorEntry(offset);
    return before != null && offset - before.getKey() < before.getValue().bytes()
        ? Optional.of(before.getValue())
        : Optional.empty();
  }
}
