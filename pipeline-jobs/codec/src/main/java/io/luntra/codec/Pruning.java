package io.luntra.codec;

/**
 * Which weights are set to 0 before the others are quantized.
 *
 * @param threshold magnitudes below it are set to 0; 0 for none
 * @param keep of every {@code of} weights that follow each other along the input dimension, how
 *     many of the largest magnitude are kept; 0 where no pattern is asked for
 * @param downColumns whether the input dimension is the first: a pattern is then of weights that
 *     stand below each other, otherwise of weights in a row
 */
public record Pruning(float threshold, int keep, int of, boolean downColumns) {
  public static final Pruning NONE = new Pruning(0, 0, 0, false);

  public Pruning {
    if (!(threshold >= 0) || Float.isInfinite(threshold) || keep < 0 || keep > of) {
      throw new IllegalArgumentException(
          "Pruning below %s, %d of %d".formatted(threshold, keep, of));
    }
  }

  /** Magnitudes below a threshold are set to 0. */
  public static Pruning below(float threshold) {
    return new Pruning(threshold, 0, 0, false);
  }

  /** Of every {@code of} weights, {@code keep} are kept. */
  public static Pruning pattern(int keep, int of, boolean downColumns) {
    return new Pruning(0, keep, of, downColumns);
  }
}
