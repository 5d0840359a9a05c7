package io.luntra.quality;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Holds a rebuilt model against the original by running both. Where the candidate falls short, the
 * tensors that hurt most are looked for: runs of tensors are put back to the original's values,
 * halved where that helps most, down to single ones; on a few samples of the worst set.
 */
public final class QualityGate {
  private static final int MOST_BLAME_RUNS = 24;
  private static final int MOST_NAMED = 5;
  private static final int BLAME_SAMPLES = 48;

  /** Numbers that are kept of a set, after which no more samples are run: 128 MiB of floats. */
  private static final long MOST_VALUES = 32L << 20;

  private final RunnableModel original;
  private final Optional<Path> tokenizer;
  private final EmbeddingOptions options;
  private final List<EvaluationSet> sets;
  private final ModelKind kind;
  private final List<List<float[][]>> reference = new ArrayList<>();

  private QualityGate(
      RunnableModel original,
      Optional<Path> tokenizer,
      EmbeddingOptions options,
      List<EvaluationSet> sets) {
    this.original = original;
    this.tokenizer = tokenizer;
    this.options = options;
    boolean runnable =
        tokenizer.isPresent() || sets.stream().allMatch(set -> set.arrays().isPresent());
    this.sets = runnable ? List.copyOf(sets) : List.of(EvaluationSet.ofSignature());
    try (ModelOutputs model = original.open(options)) {
      List<ModelOutputs.Output> first = new ArrayList<>();
      model.run(this.sets.get(0).first(1), tokenizer.orElse(null), options, first::add);
      this.kind =
          ModelKind.of(
              model.inputs().contains(ModelOutputs.TOKENS), first.get(0), original.longestSide());
      for (EvaluationSet set : this.sets) {
        reference.add(outputs(model, set));
      }
    }
  }

  /**
   * Runs the original.
   *
   * @param model below 2 GB; candidates have its layouts
   * @param tokenizer its tokenizer.json; without one, inputs are made up and {@code sets} of texts
   *     unused
   * @throws InvalidInputException when the model can't be run
   */
  public static QualityGate of(
      RunnableModel model,
      Optional<Path> tokenizer,
      EmbeddingOptions options,
      List<EvaluationSet> sets)
      throws IOException {
    model.checkSize();
    return new QualityGate(model, tokenizer, options, sets);
  }

  /**
   * Runs a candidate.
   *
   * @param files of it, in the order of the original's
   * @param target the score to reach, or 0 where it is only measured
   */
  public GateResult check(List<Path> files, double target) throws IOException {
    RunnableModel candidate = original.withFiles(files);
    candidate.checkSize();
    List<GateResult.SetQuality> found = measure(candidate);
    double score = least(found);
    boolean passed = score >= target;
    return new GateResult(
        passed, kind.id(), score, target, found, passed ? List.of() : blame(candidate, found));
  }

  private static double least(List<GateResult.SetQuality> found) {
    return found.stream().mapToDouble(set -> set.quality().score()).min().orElseThrow();
  }

  private List<GateResult.SetQuality> measure(RunnableModel candidate) {
    List<GateResult.SetQuality> found = new ArrayList<>();
    try (ModelOutputs model = candidate.open(options)) {
      for (int i = 0; i < sets.size(); i++) {
        List<float[][]> outputs = outputs(model, sets.get(i));
        found.add(
            new GateResult.SetQuality(
                sets.get(i).name(), outputs.size(), quality(reference.get(i), outputs)));
      }
    }
    return found;
  }

  /** What a model gives for the samples, up to {@link #MOST_VALUES}. */
  private List<float[][]> outputs(ModelOutputs model, EvaluationSet set) {
    List<float[][]> outputs = new ArrayList<>();
    AtomicLong values = new AtomicLong();
    model.run(
        set,
        tokenizer.orElse(null),
        options,
        output -> {
          float[][] rows = kind == ModelKind.EMBEDDING ? pooled(output.rows()) : output.rows();
          outputs.add(rows);
          long columns = rows.length == 0 ? 0 : rows[0].length;
          return values.addAndGet(rows.length * columns) < MOST_VALUES;
        });
    return outputs;
  }

  private OutputQuality quality(List<float[][]> wanted, List<float[][]> found) {
    return switch (kind) {
      case EMBEDDING -> OutputQuality.ofEmbeddings(vectors(wanted), vectors(found));
      case CLASSIFIER, LANGUAGE_MODEL -> OutputQuality.ofLogits(wanted, found);
      case OTHER -> OutputQuality.ofValues(wanted, found);
    };
  }

  private static float[][] vectors(List<float[][]> samples) {
    return samples.stream().map(rows -> rows[0]).toArray(float[][]::new);
  }

  /** One vector of unit length for all tokens. */
  private float[][] pooled(float[][] tokens) {
    int count = options.pooling() == Pooling.CLS ? 1 : tokens.length;
    double[] sum = new double[tokens[0].length];
    for (int t = 0; t < count; t++) {
      for (int k = 0; k < sum.length; k++) {
        sum[k] += tokens[t][k];
      }
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] unit = new float[sum.length];
    for (int k = 0; k < unit.length; k++) {
      unit[k] = (float) (sum[k] / norm);
    }
    return new float[][] {unit};
  }

  /** Tensors that follow each other in the file, and what the score gains with all of them back. */
  private record Run(List<RunnableModel.Place> tensors, double gain) {}

  private List<GateResult.HurtingTensor> blame(
      RunnableModel candidate, List<GateResult.SetQuality> found) throws IOException {
    Path folder = Files.createTempDirectory("luntra-blame");
    try {
      return blame(candidate, candidate.copy(folder), found);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * @param trial a copy of the candidate
   */
  private List<GateResult.HurtingTensor> blame(
      RunnableModel candidate, RunnableModel trial, List<GateResult.SetQuality> found)
      throws IOException {
    int worst = 0;
    for (int i = 1; i < found.size(); i++) {
      worst = found.get(i).quality().score() < found.get(worst).quality().score() ? i : worst;
    }
    EvaluationSet set = sets.get(worst).first(BLAME_SAMPLES);
    List<float[][]> wanted =
        reference.get(worst).subList(0, Math.min(BLAME_SAMPLES, reference.get(worst).size()));
    double score = score(candidate, set, wanted);
    List<RunnableModel.Place> changed = original.differences(candidate);
    List<Run> open = new ArrayList<>(List.of(new Run(changed, 1 - score)));
    List<GateResult.HurtingTensor> named = new ArrayList<>();
    int runs = 0;
    while (runs < MOST_BLAME_RUNS && !open.isEmpty() && named.size() < MOST_NAMED) {
      Run first = open.remove(0);
      int half = first.tensors().size() / 2;
      if (half == 0) {
        first.tensors().forEach(tensor -> named.add(hurting(tensor, first.gain())));
        continue;
      }
      for (List<RunnableModel.Place> part :
          List.of(
              first.tensors().subList(0, half),
              first.tensors().subList(half, first.tensors().size()))) {
        trial.take(original, part);
        open.add(new Run(part, score(trial, set, wanted) - score));
        trial.take(candidate, part);
        runs++;
      }
      open.sort(Comparator.comparingDouble(Run::gain).reversed());
    }
    open.stream()
        .filter(left -> left.tensors().size() == 1)
        .forEach(left -> named.add(hurting(left.tensors().get(0), left.gain())));
    return named.stream()
        .filter(tensor -> tensor.gain() > 0)
        .sorted(Comparator.comparingDouble(GateResult.HurtingTensor::gain).reversed())
        .limit(MOST_NAMED)
        .toList();
  }

  private static GateResult.HurtingTensor hurting(RunnableModel.Place place, double gain) {
    return new GateResult.HurtingTensor(place.section().tensor().name(), gain);
  }

  private double score(RunnableModel candidate, EvaluationSet set, List<float[][]> wanted) {
    try (ModelOutputs model = candidate.open(options)) {
      return quality(wanted, outputs(model, set).subList(0, wanted.size())).score();
    }
  }
}
