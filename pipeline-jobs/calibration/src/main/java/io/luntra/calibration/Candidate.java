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

  /** The same where a target must hold everywhere: 39 of 40 lie no further off. */
  private static final double STANDARD_ERRORS_EVERYWHERE = 2;

  /**
   * Quality on some sentences.
   *
   * @param standardError of the mean cosine
   */
  record Quality(EmbeddingQuality measured, double standardError) {
    /** 1 − cosine that other sentences of the same kind will hardly lose more of, on average. */
    double lost(double standardErrors) {
      return Math.max(1e-9, 1 - measured.cosineMean() + standardErrors * standardError);
    }
  }

  /** What it loses at most, on text of the kind that a target speaks of. */
  double lost(Target target) {
    return target.kind() == Target.Kind.QUALITY_EVERYWHERE
        ? Math.max(
            heldOut.lost(STANDARD_ERRORS_EVERYWHERE), otherDomain.lost(STANDARD_ERRORS_EVERYWHERE))
        : heldOut.lost(STANDARD_ERRORS);
  }

  /** Bits per weight that it would take at the same error on the other domain: 6.02 dB a bit. */
  double merit() {
    return bytes() * 8.0 / elements() + Math.log(otherDomain.lost(STANDARD_ERRORS)) / Math.log(4);
  }

  long bytes() {
    return tensors.values().stream().mapToLong(Calibrated.EncodedTensor::bytes).sum();
  }

  long elements() {
    return tensors.values().stream().mapToLong(Calibrated.EncodedTensor::elements).sum();
  }
}
