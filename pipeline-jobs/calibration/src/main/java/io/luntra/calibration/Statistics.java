package io.luntra.calibration;

import io.luntra.calibration.linear.Gram;
import io.luntra.calibration.linear.LinearAlgebra;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** XᵀX of the inputs of a model's matrix products, by the name of the activation. */
final class Statistics implements AutoCloseable {
  private final Map<String, Gram> grams = new TreeMap<>();

  private Statistics() {}

  /** Runs a model, which has the activations as outputs, over text. */
  static Statistics collect(
      SentenceEncoder model,
      TokenBatches text,
      Map<String, Integer> dimensions,
      LinearAlgebra algebra,
      ExecutorService workers,
      Calibrator.Listener listener) {
    Statistics statistics = new Statistics();
    new TreeMap<>(dimensions)
        .forEach((name, dimension) -> statistics.grams.put(name, algebra.gram(dimension)));
    int batches = text.batches().size();
    AtomicInteger done = new AtomicInteger();
    model.run(
        text,
        List.copyOf(statistics.grams.keySet()),
        outputs -> {
          List<Future<?>> sums = new ArrayList<>();
          for (Map.Entry<String, FloatBuffer> output : outputs.entrySet()) {
            Gram gram = statistics.grams.get(output.getKey());
            sums.add(workers.submit(() -> gram.add(output.getValue())));
          }
          Waiting.forAll(sums);
          listener.progressed("statistics", done.incrementAndGet(), batches, "batches");
        });
    return statistics;
  }

  Gram of(String activation) {
    return grams.get(activation);
  }

  Map<String, Gram> all() {
    return grams;
  }

  @Override
  public void close() {
    grams.values().forEach(Gram::close);
  }
}
