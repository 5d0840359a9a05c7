package io.luntra.jobs.diff;

/**
 * By how much the values of a tensor changed. Values that are not finite on either side count as
 * changed where they differ, and in nothing else.
 *
 * @param relativeRms root of the mean squared difference, over that of the values before; infinite
 *     where all were 0
 * @param greatest absolute difference
 * @param changed values that differ, 0 and −0 being equal, and all NaN
 */
public record TensorChange(double relativeRms, double greatest, long changed, long elements) {

  /** 0 to 1. */
  public double changedShare() {
    return elements == 0 ? 0 : (double) changed / elements;
  }
}
