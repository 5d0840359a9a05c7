package io.luntra.calibration;

import io.luntra.quality.EmbeddingOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much a model's output minds errors in each matrix: one draw of noise of the shape that errors
 * have after feedback is added to one matrix at a time, and a few sentences are run.
 */
final class Probe {
  private static final int SENTENCES = 6;

  /** Size of the noise, as a share of the values' spread. */
  private static final double NOISE = 0.05;

  private final ModelBytes model;
  private final EmbeddingOptions options;
  private final ExecutorService workers;
  private final TokenBatches few;

  Probe(CalibrationRequest request, ModelBytes model, ExecutorService workers) {
    this.model = model;
    this.options = request.options().withThreads(1);
    this.workers = workers;
    this.few =
        TokenBatches.of(
            request.tokenizer(),
            request.texts().heldOut().stream().limit(SENTENCES).toList(),
            request.options());
  }

  /** Squared error of the output per a² for each matrix, on average over the sentences. */
  Map<Matrix, Double> run(List<Matrix> matrices, Calibrator.Listener listener) {
    Set<String> shared = new TreeSet<>();
    for (Matrix matrix : matrices) {
      shared.add(matrix.name());
      if (matrix.bias() != null) {
        shared.add(matrix.bias());
      }
    }
    try (SharedModel copy = new SharedModel(model, shared)) {
      float[][] reference = copy.run(Map.of(), options, encoder -> encoder.embed(few));
      return run(copy, reference, matrices, listener);
    }
  }

  private Map<Matrix, Double> run(
      SharedModel copy, float[][] reference, List<Matrix> matrices, Calibrator.Listener listener) {
    AtomicInteger done = new AtomicInteger();
    List<Future<Double>> work = new ArrayList<>();
    for (Matrix matrix : matrices) {
      work.add(
          workers.submit(
              () -> {
                double sensitivity = sensitivity(copy, reference, matrix);
                int count = done.incrementAndGet();
                listener.progressed("probe", count, matrices.size(), "tensors");
                return sensitivity;
              }));
    }
    List<Double> found = Waiting.forAll(work);
    Map<Matrix, Double> sensitivities = new LinkedHashMap<>();
    for (int i = 0; i < matrices.size(); i++) {
      sensitivities.put(matrices.get(i), found.get(i));
    }
    return sensitivities;
  }

  private double sensitivity(SharedModel copy, float[][] reference, Matrix matrix) {
    float[] stored = model.values(matrix.name());
    double[] noise = noise(matrix);
    double[] shift = matrix.bias() == null ? null : matrix.meanOutput(noise);
    double a = NOISE * Calibrator.spread(stored) / spread(noise);
    float[] disturbed = new float[stored.length];
    for (int i = 0; i < stored.length; i++) {
      int at = matrix.transposed() ? i % matrix.rows() * matrix.columns() + i / matrix.rows() : i;
      disturbed[i] = (float) (stored[i] + a * noise[at]);
    }
    Map<String, float[]> replaced = new TreeMap<>();
    replaced.put(matrix.name(), disturbed);
    if (shift != null) {
      replaced.put(matrix.bias(), model.shifted(matrix.bias(), shift, -a));
    }
    float[][] found = copy.run(replaced, options, encoder -> encoder.embed(few));
    double error = 0;
    for (int s = 0; s < found.length; s++) {
      for (int k = 0; k < found[s].length; k++) {
        double difference = found[s][k] - reference[s][k];
        error += difference * difference;
      }
    }
    return error / reference.length / (a * a);
  }

  /** The shape of an error after feedback, at a = 1: UᵀZ with Z uniform in (−½, ½). */
  private static double[] noise(Matrix matrix) {
    SplittableRandom random = new SplittableRandom(matrix.name().hashCode());
    double[] z = new double[matrix.elements()];
    for (int i = 0; i < z.length; i++) {
      z[i] = random.nextDouble() - 0.5;
    }
    if (!matrix.isEmbedding()) {
      return matrix.factor().timesTransposed(z, matrix.columns());
    }
    double[] scales = Recipe.rowScales(matrix);
    for (int i = 0; i < z.length; i++) {
      z[i] *= scales[i / matrix.columns()];
    }
    return z;
  }

  private static double spread(double[] values) {
    double squares = 0;
    for (double value : values) {
      squares += value * value;
    }
    return Math.max(Float.MIN_NORMAL, Math.sqrt(squares / values.length));
  }
}
