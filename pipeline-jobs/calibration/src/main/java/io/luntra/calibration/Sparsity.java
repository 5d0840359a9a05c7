package io.luntra.calibration;

/**
 * How many weights of each output are set to 0.
 *
 * @param share of them that is, 0 to below 1
 * @param keep of every {@code of} input channels that follow each other, how many are kept
 * @param of 0 where there is no such pattern
 */
public record Sparsity(double share, int keep, int of) {
  public static final Sparsity NONE = new Sparsity(0, 0, 0);

  public Sparsity {
    if (!(share >= 0 && share < 1) || keep < 0 || keep > of || (of > 0 && share > 0)) {
      throw new IllegalArgumentException("Sparsity of %s, %d of %d".formatted(share, keep, of));
    }
  }

  /** A share of each output's weights is 0. */
  public static Sparsity of(double share) {
    return new Sparsity(share, 0, 0);
  }

  /** {@code keep} of every {@code of} weights are not. */
  public static Sparsity pattern(int keep, int of) {
    return new Sparsity(0, keep, of);
  }

  boolean isNone() {
    return share == 0 && of == 0;
  }

  /** Rows that are ranked together, of so many. */
  int group(int rows) {
    return of > 0 ? of : rows;
  }

  /** How many of so many weights are set to 0. */
  int pruned(int weights) {
    return of > 0 ? Math.max(0, weights - keep) : (int) (weights * share);
  }
}
