package io.luntra.modelfiles;

/**
 * Values as whole numbers times a scale, one for each block of values.
 *
 * @param levels of each value, in its order
 * @param scales one for each block
 * @param exact whether the values were on such grids already, so that nothing is lost but rounding
 *     of floats
 */
public record IntegerBlocks(byte[] levels, float[] scales, boolean exact) {
  private static final float CLOSE = 1e-4f;
  private static final int CLIPPINGS = 24;
  private static final float CLIPPING_STEP = 0.02f;

  /**
   * Finds levels for blocks of values that follow each other.
   *
   * @param values a whole number of blocks
   * @param greatest level; the least is its negative, or one less where values are there already
   * @param clips whether the scale of least squared error is looked for, or that of the greatest
   *     value taken
   */
  public static IntegerBlocks of(float[] values, int block, int greatest, boolean clips) {
    byte[] levels = new byte[values.length];
    float[] scales = new float[values.length / block];
    boolean exact = true;
    for (int b = 0; b < scales.length; b++) {
      int from = b * block;
      float most = 0;
      for (int i = from; i < from + block; i++) {
        most = Math.max(most, Math.abs(values[i]));
      }
      float scale = most == 0 ? 1 : grid(values, from, block, most, greatest);
      if (scale == 0) {
        exact = false;
        scale = clips ? clipped(values, from, block, most, greatest) : most / greatest;
      }
      scales[b] = scale;
      for (int i = from; i < from + block; i++) {
        levels[i] =
            (byte) Math.max(-greatest - 1, Math.min(greatest, Math.round(values[i] / scale)));
      }
    }
    return new IntegerBlocks(levels, scales, exact);
  }

  /** The widest scale of which all values are whole multiples in range; 0 where there is none. */
  private static float grid(float[] values, int from, int block, float most, int greatest) {
    for (int level = 1; level <= greatest + 1; level++) {
      float scale = most / level;
      boolean fits = true;
      for (int i = from; fits && i < from + block; i++) {
        float ratio = values[i] / scale;
        int near = Math.round(ratio);
        fits = Math.abs(ratio - near) < CLOSE && near >= -greatest - 1 && near <= greatest;
      }
      if (fits) {
        return scale;
      }
    }
    return 0;
  }

  private static float clipped(float[] values, int from, int block, float most, int greatest) {
    float best = most / greatest;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < CLIPPINGS; c++) {
      float scale = most / greatest * (1 - c * CLIPPING_STEP);
      double error = 0;
      for (int i = from; i < from + block; i++) {
        int level = Math.max(-greatest - 1, Math.min(greatest, Math.round(values[i] / scale)));
        double difference = (double) level * scale - values[i];
        error += difference * difference;
      }
      if (error < least) {
        least = error;
        best = scale;
      }
    }
    return best;
  }
}
