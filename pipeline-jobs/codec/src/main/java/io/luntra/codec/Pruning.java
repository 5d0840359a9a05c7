package io.luntra.codec;

/**
 * Which weights are set to 0 before the others are quantized.
 *
 * @param threshold magnitudes below it are set to 0; 0 for none
 * @param keep of every {@code of} weights that follow each other along the input dimension, how
 *     many of the largest magnitude are kept; 0 where no pattern is asked for
 */
public record Pruning(float threshold, int keep, int of) {
  public static final Pruning NONE = new Pruning(0, 0, 0);

  public Pruning {
    if (!(threshold >= 0) || Float.isInfinite(threshold) || keep < 0 || keep > of) {
      throw new IllegalArgumentException(
          "Pruning below %s, %d of %d".formatted(threshold, keep, of));
    }
  }
}
