package io.luntra.calibration;

import java.util.function.DoubleFunction;

/**
 * Looks for the largest α that keeps a quality, or the smallest that keeps within a size: a few
 * trials along a straight line in logarithms, as the error grows with α² and the size falls by one
 * bit where α doubles.
 */
final class Search {
  private static final int MOST_TRIALS = 6;

  /** A search ends between this share of what is allowed and all of it. */
  private static final double CLOSE = 0.97;

  private static final double AIM = 0.985;
  private static final double LEAST_SLOPE = 1;
  private static final double MOST_SLOPE = 4;

  private final Target target;
  private final DoubleFunction<Candidate> trial;

  Search(Target target, DoubleFunction<Candidate> trial) {
    this.target = target;
    this.trial = trial;
  }

  /** The best candidate found; one that misses the target only where none keeps it. */
  Candidate from(double alpha) {
    return switch (target.kind()) {
      case PROFILE -> trial.apply(alpha);
      case BYTES -> withinBytes(alpha);
      case QUALITY, QUALITY_EVERYWHERE -> keepingQuality(alpha);
    };
  }

  private Candidate keepingQuality(double start) {
    double allowed = 1 - target.quality();
    double alpha = start;
    double slope = 2;
    Candidate best = null;
    Candidate last = null;
    for (int i = 0; i < MOST_TRIALS; i++) {
      Candidate next = trial.apply(alpha);
      double lost = next.lost(target);
      if (lost <= allowed && (best == null || next.alpha() > best.alpha())) {
        best = next;
      }
      if (lost <= allowed && lost >= CLOSE * allowed) {
        break;
      }
      if (last != null) {
        double measured =
            Math.log(lost / last.lost(target)) / Math.log(next.alpha() / last.alpha());
        slope =
            Double.isNaN(measured) ? slope : Math.max(LEAST_SLOPE, Math.min(MOST_SLOPE, measured));
      }
      last = next;
      alpha = next.alpha() * Math.pow(AIM * allowed / lost, 1 / slope);
    }
    return best != null ? best : last;
  }

  private Candidate withinBytes(double start) {
    double alpha = start;
    Candidate best = null;
    Candidate last = null;
    for (int i = 0; i < MOST_TRIALS; i++) {
      Candidate next = trial.apply(alpha);
      if (next.bytes() <= target.bytes() && (best == null || next.bytes() > best.bytes())) {
        best = next;
      }
      if (next.bytes() <= target.bytes() && next.bytes() >= CLOSE * target.bytes()) {
        break;
      }
      last = next;
      double bits = (next.bytes() - AIM * target.bytes()) * Byte.SIZE / next.elements();
      alpha = next.alpha() * Math.pow(2, bits);
    }
    return best != null ? best : last;
  }
}
