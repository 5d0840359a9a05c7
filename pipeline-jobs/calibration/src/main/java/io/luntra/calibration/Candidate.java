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

  /** What text of a third kind was seen to lose, of what the worse of two kinds does, at most. */
  private static final double UNSEEN = 1.5;

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
        ? UNSEEN * Math.max(heldOut.lost(), otherDomain.lost())
        : heldOut.lost();
  }

  /** Bits per weight that it would take at the same error on the other domain: 6.02 dB a bit. */
  double merit() {
    return bytes() * 8.0 / elements() + Math.log(otherDomain.lost()) / Math.log(4);
  }

  long bytes() {
    return tensors.values().stream().mapToLong(Calibrated.EncodedTensor::bytes).sum();
  }

  long elements() {
    return tensors.values().stream().mapToLong(Calibrated.EncodedTensor::elements).sum();
  }
}
