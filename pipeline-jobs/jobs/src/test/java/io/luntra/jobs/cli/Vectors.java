package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

/** Comparing what models give. */
final class Vectors {
  private Vectors() {}

  static double cosine(float[] left, float[] right) {
    assertThat(left).hasSameSizeAs(right);
    double product = 0;
    double leftSquares = 0;
    double rightSquares = 0;
    for (int i = 0; i < left.length; i++) {
      product += (double) left[i] * right[i];
      leftSquares += (double) left[i] * left[i];
      rightSquares += (double) right[i] * right[i];
    }
    return product / Math.sqrt(leftSquares * rightSquares);
  }
}
