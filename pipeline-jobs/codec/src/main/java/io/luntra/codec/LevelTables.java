package io.luntra.codec;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The built-in tables of the level coder: generalised normal densities exp(−(x/a)^β), of which
 * weights and their residuals are made, over four shapes and 63 mean magnitudes a fifth of an
 * octave apart. See FORMAT.md.
 */
final class LevelTables {
  /** Number of tables. */
  static final int COUNT = 252;

  /** Shapes; a table's id is 4 × scale + shape. */
  static final int SHAPES = 4;

  static final int SCALES = COUNT / SHAPES;

  private static final double[] BETA = {0.6, 1.0, 1.4, 2.0};

  /** Mean of |x| where a is 1: Γ(2/β) ÷ Γ(1/β), rounded. */
  private static final double[] MEAN = {3.076, 1.0, 0.694, 0.564};

  private static final int POINTS = 16;
  private static final double SCALES_PER_OCTAVE = 5;
  private static final int SCALE_OF_ONE = 20;

  private static final AtomicReferenceArray<RansTable> TABLES = new AtomicReferenceArray<>(COUNT);

  private LevelTables() {}

  /** Table of an id from 0 to {@link #COUNT} − 1. */
  static RansTable get(int id) {
    RansTable table = TABLES.get(id);
    if (table == null) {
      table = new RansTable(frequencies(id));
      table.slots();
      table.starts();
      table.inverses();
      TABLES.set(id, table);
    }
    return table;
  }

  /** The scale whose mean magnitude is nearest. */
  static int scaleOf(double mean) {
    double scale = SCALE_OF_ONE + SCALES_PER_OCTAVE * StrictMath.log(mean) / StrictMath.log(2);
    return (int) Math.max(0, Math.min(SCALES - 1, Math.rint(scale)));
  }

  private static int[] frequencies(int id) {
    double beta = BETA[id % SHAPES];
    double mean = StrictMath.pow(2, (id / SHAPES - SCALE_OF_ONE) / SCALES_PER_OCTAVE);
    double a = mean / MEAN[id % SHAPES];
    double[] weight = new double[Tokens.MAGNITUDES];
    double total = 0;
    for (int i = 0; i < Tokens.MAGNITUDES; i++) {
      double low = i == 0 ? 0 : Tokens.first(i) - 0.5;
      double width = i == 0 ? 0.5 : 1 << Tokens.bits(i);
      double sum = 0;
      for (int p = 0; p < POINTS; p++) {
        double x = low + (p + 0.5) * width / POINTS;
        sum += StrictMath.exp(-StrictMath.pow(x / a, beta));
      }
      weight[i] = sum * width / POINTS;
      total += 2 * weight[i];
    }
    int last = Tokens.MAGNITUDES - 1;
    while (last > 0 && weight[last] / total * RansTable.TOTAL < 0.5) {
      last--;
    }
    int[] result = new int[Tokens.COUNT];
    int tokens = 2 * last + 1;
    int shared = RansTable.TOTAL - tokens - 1;
    double cumulated = 0;
    int before = 0;
    int sum = 0;
    for (int token = 0; token < tokens; token++) {
      cumulated += token == 0 ? 2 * weight[0] : weight[Tokens.magnitudeClass(token)];
      int next = (int) StrictMath.floor(cumulated / total * shared + 0.5);
      result[token] = 1 + next - before;
      sum += result[token];
      before = next;
    }
    result[Tokens.ESCAPE] = RansTable.TOTAL - sum;
    return result;
  }
}
