package io.luntra.quality;

import java.util.List;

/**
 * Whether a candidate keeps the quality that was asked for.
 *
 * @param passed whether the least score reaches the target
 * @param kind {@link ModelKind#id()}
 * @param score the least over all sets
 * @param target what was asked for; 0 where nothing was
 * @param sets what was measured on each
 * @param hurting the tensors that cost most of the score, worst first; none where the candidate
 *     passed
 */
public record GateResult(
    boolean passed,
    String kind,
    double score,
    double target,
    List<SetQuality> sets,
    List<HurtingTensor> hurting) {
  public GateResult {
    sets = List.copyOf(sets);
    hurting = List.copyOf(hurting);
  }

  /** Quality on one set. */
  public record SetQuality(String set, int samples, OutputQuality quality) {}

  /**
   * A tensor, and what the score gains when it alone is put back to the original's values.
   *
   * @param gain of the least score
   */
  public record HurtingTensor(String name, double gain) {}
}
