package io.luntra.calibration;

import io.luntra.quality.EmbeddingQuality;
import java.util.Map;

/**
 * A model with quantized tensors, and how it did.
 *
 * @param alpha what its steps scale with
 */
record Candidate(
    double alpha,
    Map<String, Calibrated.EncodedTensor> tensors,
    Quality heldOut,
    Quality otherDomain) {
  /** Standard errors that are allowed for: five of six samples' means lie no further off. */
  private static final double STANDARD_ERRORS = 1;

  /**
   * Quality on some sentences.
   *
   * @param standardError of the mean cosine
   */
  record Quality(EmbeddingQuality measured, double standardError) {
    /** 1 − cosine that other sentences of the same kind will hardly lose more of, on average. */
    double lost() {
      return Math.max(1e-9, 1 - measured.cosineMean() + STANDARD_ERRORS * standardError);
    }
  }

  /** What it loses at most, on text of the kind that a target speaks of. */
  double lost(Target target) {
    return target.kind() == Target.Kind.QUALITY_EVERYWHERE
        ? Math.max(heldOut.lost(), otherDomain.lost())
        : heldOut.lost();
  }

  long bytes() {
    return tensors.values().stream().mapToLong(Calibrated.EncodedTensor::bytes).sum();
  }

  long elements() {
    return tensors.values().stream().mapToLong(Calibrated.EncodedTensor::elements).sum();
  }
}
