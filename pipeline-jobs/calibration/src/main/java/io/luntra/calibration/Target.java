package io.luntra.calibration;

import io.luntra.failure.InvalidInputException;

/**
 * What the steps of a release are chosen for.
 *
 * @param kind what is aimed at
 * @param quality QUALITY: the least mean cosine, 0 to 1 without both ends
 * @param bytes BYTES: the most bytes of all calibrated tensors' encoded chunks, corrected biases
 *     among them
 */
public record Target(Kind kind, double quality, long bytes) {
  /** What is aimed at. */
  public enum Kind {
    /** A quality on held-out text of the calibration's own domain. */
    QUALITY,
    /** The same on this, on text of another domain, and with something to spare for a third. */
    QUALITY_EVERYWHERE,
    /** A size. */
    BYTES,
    /** What the profile says: nothing is searched for. */
    PROFILE
  }

  public static final Target PROFILE = new Target(Kind.PROFILE, 0, 0);

  public Target {
    boolean searches = kind == Kind.QUALITY || kind == Kind.QUALITY_EVERYWHERE;
    if (searches && !(quality > 0 && quality < 1)) {
      throw new InvalidInputException(
          "Quality to keep: expected a number between 0 and 1, found " + quality);
    }
    if (kind == Kind.BYTES && bytes < 1) {
      throw new InvalidInputException("Bytes to keep within: expected 1 or more, found " + bytes);
    }
  }

  /** At least this mean cosine on held-out text of the calibration's domain. */
  public static Target quality(double quality) {
    return new Target(Kind.QUALITY, quality, 0);
  }

  /** At least this mean cosine on text of any kind, as far as two kinds of it can tell. */
  public static Target qualityEverywhere(double quality) {
    return new Target(Kind.QUALITY_EVERYWHERE, quality, 0);
  }

  /** At most so many bytes. */
  public static Target bytes(long bytes) {
    return new Target(Kind.BYTES, 0, bytes);
  }
}
