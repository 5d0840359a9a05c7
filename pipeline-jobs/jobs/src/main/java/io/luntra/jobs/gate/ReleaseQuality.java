package io.luntra.jobs.gate;

import io.luntra.quality.GateResult;
import java.util.List;

/**
 * What running a staged release beside its original showed.
 *
 * @param artifacts that could be run
 * @param sparsity of the float matrices, where anything was pruned
 * @param notices what was not run, and why
 */
public record ReleaseQuality(
    List<Artifact> artifacts, List<Sparsity> sparsity, List<String> notices) {
  public ReleaseQuality {
    artifacts = List.copyOf(artifacts);
    sparsity = List.copyOf(sparsity);
    notices = List.copyOf(notices);
  }

  /** A model of the release. */
  public record Artifact(String path, GateResult result) {}

  /**
   * How much of a tensor is 0.
   *
   * @param share of its elements
   */
  public record Sparsity(String tensor, long zeros, double share) {}

  /** Whether no model is under what was asked for. */
  public boolean passed() {
    return artifacts.stream().allMatch(artifact -> artifact.result().passed());
  }
}
