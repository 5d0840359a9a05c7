package io.luntra.calibration;

import io.luntra.calibration.linear.InverseFactor;
import io.luntra.calibration.linear.LinearAlgebra;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.Profile;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.onnx.OnnxGraph;
import io.luntra.quality.EmbeddingQuality;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.core.fs.Path;

/**
 * Chooses the levels of a sentence encoder's large matrices by running it: forward passes only.
 *
 * <ol>
 *   <li>H = XᵀX of the inputs of every matrix product, over calibration text with a tenth of random
 *       tokens; damped; U with H⁻¹ = UᵀU.
 *   <li>The sensitivity of the output to each matrix: one draw of noise of the shape that errors
 *       have after feedback, on a few sentences.
 *   <li>Levels, for one α: uniform steps per input channel, each row's error fed back to those
 *       after it (Frantar et al., GPTQ), rounded with a mild regard to rate.
 *   <li>α, so that held-out text keeps the quality asked for, or the bytes are kept within.
 * </ol>
 *
 * <p>Runs on one machine; the same machine gives the same levels. Others may differ in the last bit
 * of a sum, and so in a level: store the result before anything uses it.
 */
public final class Calibrator {
  private static final int LEAST_ELEMENTS = 1 << 16;
  private static final int PROBED_SENTENCES = 12;

  /** Noise for a first look at sensitivity, as a share of the values' spread. */
  private static final double PROBE = 0.05;

  private static final int MOST_RUNS = 6;

  /** The search ends between this and 1 times the error that is allowed. */
  private static final double CLOSE = 0.96;

  private static final double AIM = 0.98;

  private final CalibrationRequest request;
  private final Listener listener;
  private final ExecutorService workers;
  private final ModelBytes model;
  private final ModelBytes parent;
  private final Texts heldOut;
  private final Texts otherDomain;
  private final TokenBatches calibration;
  private final Map<String, List<ChunkSlice>> slices = new TreeMap<>();
  private final Map<String, Double> spreads = new TreeMap<>();
  private int runs;

  /** Hears what calibration does. */
  @FunctionalInterface
  public interface Listener {
    /** {@code done} of {@code total} units of a step. */
    void progressed(String step, long done, long total, String unit);
  }

  /** Token batches and what the original gives for them. */
  private record Texts(TokenBatches batches, float[][] reference) {}

  /** A model with quantized matrices. */
  private record Candidate(
      double alpha,
      Map<String, Calibrated.EncodedTensor> tensors,
      EmbeddingQuality heldOut,
      EmbeddingQuality otherDomain) {
    long bytes() {
      return tensors.values().stream().mapToLong(Calibrated.EncodedTensor::bytes).sum();
    }
  }

  private Calibrator(CalibrationRequest request, Listener listener, ExecutorService workers)
      throws IOException {
    this.request = request;
    this.listener = listener;
    this.workers = workers;
    this.model = ModelBytes.read(request.model(), request.layout());
    this.parent =
        request.parent() == null ? null : ModelBytes.read(request.parent(), request.parentLayout());
    for (ChunkSlice slice : request.slices()) {
      Section section = sectionAt(slice.offset());
      if (section != null) {
        slices.computeIfAbsent(section.tensor().name(), name -> new ArrayList<>()).add(slice);
      }
    }
    this.calibration = tokens(request.texts().calibration());
    try (SentenceEncoder encoder = SentenceEncoder.open(model.bytes(), request.options())) {
      this.heldOut = texts(encoder, request.texts().heldOut());
      this.otherDomain = texts(encoder, request.texts().otherDomain());
    }
  }

  /**
   * Calibrates a model.
   *
   * @throws io.luntra.failure.InvalidInputException when ONNX Runtime can't run the model as a
   *     sentence encoder; data-free settings are left then
   */
  public static Calibrated run(CalibrationRequest request, Listener listener) throws IOException {
    ExecutorService workers = Executors.newFixedThreadPool(request.options().threads());
    try {
      return new Calibrator(request, listener, workers).run();
    } finally {
      workers.shutdownNow();
    }
  }

  private Section sectionAt(long offset) {
    return request.layout().sections().stream()
        .filter(s -> s.tensor() != null && s.offset() <= offset && offset < s.end())
        .findFirst()
        .orElse(null);
  }

  private TokenBatches tokens(List<String> sentences) {
    return TokenBatches.of(request.tokenizer(), sentences, request.options());
  }

  private Texts texts(SentenceEncoder encoder, List<String> sentences) {
    TokenBatches batches = tokens(sentences);
    return new Texts(batches, encoder.embed(batches));
  }

  private Calibrated run() throws IOException {
    OnnxGraph graph = OnnxGraph.read(new Path(request.model().toString()), ReaderLimits.DEFAULTS);
    Map<String, TensorRole> roles = graph.roles();
    Map<String, OnnxGraph.Product> products = new TreeMap<>(graph.products());
    products
        .entrySet()
        .removeIf(
            product -> !isLarge(product.getKey()) || info(product.getKey()).shape().size() != 2);
    List<String> embeddings =
        roles.entrySet().stream()
            .filter(role -> role.getValue() == TensorRole.EMBEDDING && isLarge(role.getKey()))
            .filter(role -> info(role.getKey()).shape().size() == 2)
            .map(Map.Entry::getKey)
            .toList();
    for (String name : products.keySet()) {
      spreads.put(name, spread(model.values(name)));
    }
    embeddings.forEach(name -> spreads.put(name, spread(model.values(name))));
    try (LinearAlgebra algebra = LinearAlgebra.open();
        Statistics statistics = statistics(products, embeddings, algebra)) {
      Map<String, double[]> norms = norms(statistics, products);
      Candidate best = null;
      double bestDamping = 0;
      double bestMerit = 0;
      for (double damping : request.damping()) {
        Map<String, InverseFactor> factors = factors(statistics, damping);
        try {
          List<Matrix> matrices = matrices(products, embeddings, factors);
          Recipe recipe = new Recipe(request.profile(), request.sparsity(), norms);
          if (request.profile().kind() == Profile.Kind.ENTROPY) {
            probe(recipe, matrices);
          }
          Candidate candidate = search(recipe, matrices);
          double merit = merit(candidate, matrices);
          if (best == null || merit < bestMerit) {
            best = candidate;
            bestDamping = damping;
            bestMerit = merit;
          }
        } finally {
          factors.values().forEach(InverseFactor::close);
        }
      }
      return new Calibrated(
          best.tensors(), best.alpha(), bestDamping, best.heldOut(), best.otherDomain(), runs);
    }
  }

  /** Bits that a model would take at the same error on the other domain: 6.02 dB to the bit. */
  private static double merit(Candidate candidate, List<Matrix> matrices) {
    long elements = matrices.stream().mapToLong(Matrix::elements).sum();
    double lost = Math.max(1e-9, 1 - candidate.otherDomain().cosineMean());
    return candidate.bytes() * 8.0 / elements + Math.log(lost) / Math.log(4);
  }

  private TensorInfo info(String tensor) {
    return model.info(tensor);
  }

  /** Whether a tensor is worth the while, and its chunks hold whole rows. */
  private boolean isLarge(String tensor) {
    if (!model.has(tensor)
        || info(tensor).dtype() != DataType.FP32
        || info(tensor).shape().size() < 2
        || info(tensor).elements() < LEAST_ELEMENTS) {
      return false;
    }
    boolean onParent =
        parent == null || (parent.has(tensor) && parent.info(tensor).equals(info(tensor)));
    return onParent
        && slices.getOrDefault(tensor, List.of()).stream()
            .allMatch(slice -> slice.shape().rowElements() == info(tensor).rowElements());
  }

  private static double spread(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.max(Float.MIN_NORMAL, Math.sqrt(squares / values.length));
  }

  private Statistics statistics(
      Map<String, OnnxGraph.Product> products, List<String> embeddings, LinearAlgebra algebra) {
    Map<String, Integer> dimensions = new TreeMap<>();
    products.forEach(
        (name, product) -> dimensions.put(product.activation(), inputs(name, product)));
    int vocabulary =
        embeddings.stream().mapToInt(name -> info(name).shape().get(0).intValue()).max().orElse(1);
    TokenBatches mixed =
        calibration.withRandom(vocabulary, calibration.size(), request.options().batchSize());
    try (SentenceEncoder encoder =
        SentenceEncoder.open(model.withOutputs(dimensions.keySet()), request.options())) {
      runs++;
      return Statistics.collect(encoder, mixed, dimensions, algebra, workers);
    }
  }

  private int inputs(String name, OnnxGraph.Product product) {
    int inputDimension = product.role() == TensorRole.OUTPUT_ROWS ? 1 : 0;
    return info(name).shape().get(inputDimension).intValue();
  }

  private Map<String, double[]> norms(
      Statistics statistics, Map<String, OnnxGraph.Product> products) {
    Map<String, double[]> norms = new TreeMap<>();
    if (request.sparsity() > 0) {
      products.forEach(
          (name, product) -> {
            double[] mean = statistics.of(product.activation()).mean();
            int d = inputs(name, product);
            double[] own = new double[d];
            Arrays.setAll(own, i -> Math.sqrt(mean[i * d + i]));
            norms.put(name, own);
          });
    }
    return norms;
  }

  private Map<String, InverseFactor> factors(Statistics statistics, double damping) {
    Map<String, Future<InverseFactor>> work = new TreeMap<>();
    statistics
        .all()
        .forEach((name, gram) -> work.put(name, workers.submit(() -> gram.factor(damping))));
    Map<String, InverseFactor> factors = new TreeMap<>();
    List<InverseFactor> done = Waiting.forAll(List.copyOf(work.values()));
    int i = 0;
    for (String name : work.keySet()) {
      factors.put(name, done.get(i++));
    }
    return factors;
  }

  private List<Matrix> matrices(
      Map<String, OnnxGraph.Product> products,
      List<String> embeddings,
      Map<String, InverseFactor> factors) {
    List<Matrix> matrices = new ArrayList<>();
    products.forEach(
        (name, product) -> {
          boolean transposed = product.role() == TensorRole.OUTPUT_ROWS;
          int rows = inputs(name, product);
          matrices.add(
              new Matrix(
                  name,
                  product.role(),
                  rows,
                  (int) (info(name).elements() / rows),
                  transposed,
                  factors.get(product.activation()),
                  model.section(name),
                  slices.get(name)));
        });
    for (String name : embeddings) {
      int rows = info(name).shape().get(0).intValue();
      matrices.add(
          new Matrix(
              name,
              TensorRole.EMBEDDING,
              rows,
              (int) (info(name).elements() / rows),
              false,
              null,
              model.section(name),
              slices.get(name)));
    }
    // Large ones first, so that no worker is left with one at the end.
    matrices.sort(Comparator.comparingInt(Matrix::elements).reversed().thenComparing(Matrix::name));
    return matrices;
  }

  /** Adds noise to one matrix at a time and sees what becomes of a few sentences. */
  private void probe(Recipe recipe, List<Matrix> matrices) {
    TokenBatches few = tokens(request.texts().heldOut().stream().limit(PROBED_SENTENCES).toList());
    float[][] reference;
    try (SentenceEncoder encoder = SentenceEncoder.open(model.bytes(), request.options())) {
      reference = encoder.embed(few);
    }
    int done = 0;
    for (Matrix matrix : matrices) {
      float[] stored = model.values(matrix.name());
      double[] noise = noise(matrix);
      double a = PROBE * spreads.get(matrix.name()) / spread(noise);
      float[] disturbed = new float[stored.length];
      for (int i = 0; i < stored.length; i++) {
        int at = matrix.transposed() ? i % matrix.rows() * matrix.columns() + i / matrix.rows() : i;
        disturbed[i] = (float) (stored[i] + a * noise[at]);
      }
      byte[] copy = model.bytes().clone();
      model.put(copy, matrix.name(), disturbed);
      double error = 0;
      try (SentenceEncoder encoder = SentenceEncoder.open(copy, request.options())) {
        float[][] found = encoder.embed(few);
        for (int s = 0; s < found.length; s++) {
          for (int k = 0; k < found[s].length; k++) {
            double difference = found[s][k] - reference[s][k];
            error += difference * difference;
          }
        }
      }
      runs++;
      recipe.sensitivity(matrix, error / reference.length / (a * a));
      listener.progressed("probe", ++done, matrices.size(), "tensors");
    }
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

  private Candidate search(Recipe recipe, List<Matrix> matrices) {
    long elements = matrices.stream().mapToLong(Matrix::elements).sum();
    Target target = request.target();
    if (request.profile().kind() != Profile.Kind.ENTROPY || target.kind() == Target.Kind.PROFILE) {
      double quality = target.kind() == Target.Kind.PROFILE ? 0.99 : target.quality();
      return candidate(recipe, matrices, Math.sqrt(2 * (1 - quality) / elements));
    }
    return target.kind() == Target.Kind.BYTES
        ? withinBytes(recipe, matrices, target.bytes())
        : keepingQuality(recipe, matrices, 1 - target.quality(), elements);
  }

  /** The squared error of unit vectors is 2 (1 − cosine), and grows with α² at first. */
  private Candidate keepingQuality(
      Recipe recipe, List<Matrix> matrices, double allowed, long elements) {
    double alpha = Math.sqrt(2 * allowed / elements);
    double slope = 2;
    Candidate best = null;
    Candidate last = null;
    for (int run = 0; run < MOST_RUNS; run++) {
      Candidate next = candidate(recipe, matrices, alpha);
      double lost = lost(next);
      if (lost <= allowed && (best == null || next.alpha() > best.alpha())) {
        best = next;
      }
      if (lost <= allowed && lost >= CLOSE * allowed) {
        break;
      }
      if (last != null && next.alpha() != last.alpha()) {
        double measured = Math.log(lost / lost(last)) / Math.log(next.alpha() / last.alpha());
        slope = Math.max(1, Math.min(4, measured));
      }
      last = next;
      alpha = next.alpha() * Math.pow(AIM * allowed / lost, 1 / slope);
    }
    // The last word is the gate's; without a candidate that keeps the quality, the closest is it.
    return best != null ? best : last;
  }

  private double lost(Candidate candidate) {
    double heldOutLost = 1 - candidate.heldOut().cosineMean();
    double otherLost = 1 - candidate.otherDomain().cosineMean();
    double lost =
        request.target().kind() == Target.Kind.QUALITY_EVERYWHERE
            ? Math.max(heldOutLost, otherLost)
            : heldOutLost;
    return Math.max(1e-9, lost);
  }

  private Candidate withinBytes(Recipe recipe, List<Matrix> matrices, long bytes) {
    long elements = matrices.stream().mapToLong(Matrix::elements).sum();
    double alpha = Math.sqrt(2 * 0.01 / elements);
    Candidate best = null;
    Candidate last = null;
    for (int run = 0; run < MOST_RUNS; run++) {
      Candidate next = candidate(recipe, matrices, alpha);
      if (next.bytes() <= bytes && (best == null || next.bytes() > best.bytes())) {
        best = next;
      }
      if (next.bytes() <= bytes && next.bytes() >= CLOSE * bytes) {
        break;
      }
      last = next;
      // One bit less for twice the step.
      double bits = (next.bytes() - AIM * bytes) * 8 / elements;
      alpha = next.alpha() * Math.pow(2, bits);
    }
    return best != null ? best : last;
  }

  private Candidate candidate(Recipe recipe, List<Matrix> matrices, double alpha) {
    boolean uniform = request.profile().kind() == Profile.Kind.ENTROPY;
    Map<String, Double> scales = uniform ? recipe.scales(alpha, matrices, spreads) : Map.of();
    byte[] copy = model.bytes().clone();
    Map<String, Future<Calibrated.EncodedTensor>> work = new TreeMap<>();
    for (Matrix matrix : matrices) {
      double a = scales.getOrDefault(matrix.name(), 0.0);
      work.put(matrix.name(), workers.submit(() -> encode(recipe, matrix, a, copy)));
    }
    List<Calibrated.EncodedTensor> encoded = Waiting.forAll(List.copyOf(work.values()));
    Map<String, Calibrated.EncodedTensor> tensors = new TreeMap<>();
    int i = 0;
    for (String name : work.keySet()) {
      tensors.put(name, encoded.get(i++));
    }
    try (SentenceEncoder encoder = SentenceEncoder.open(copy, request.options())) {
      runs++;
      Candidate candidate =
          new Candidate(
              alpha,
              tensors,
              EmbeddingQuality.compare(heldOut.reference(), encoder.embed(heldOut.batches())),
              EmbeddingQuality.compare(
                  otherDomain.reference(), encoder.embed(otherDomain.batches())));
      listener.progressed("search", runs, runs, "runs");
      return candidate;
    }
  }

  private Calibrated.EncodedTensor encode(Recipe recipe, Matrix matrix, double a, byte[] copy) {
    float[] stored = model.values(matrix.name());
    Encoding alone = null;
    if (parent == null) {
      alone = encode(recipe, matrix, a, stored, null);
    } else {
      float[] base = parent.values(matrix.name());
      Encoding difference = encode(recipe, matrix, a, stored, base);
      // A difference of half a bit is never dearer than the whole.
      alone =
          difference.tensor().bytes() * 8 < 2L * matrix.elements()
              ? difference
              : cheaper(difference, encode(recipe, matrix, a, stored, null));
    }
    synchronized (copy) {
      model.put(copy, matrix.name(), alone.rebuilt());
    }
    return alone.tensor();
  }

  private record Encoding(Calibrated.EncodedTensor tensor, float[] rebuilt) {}

  private static Encoding cheaper(Encoding one, Encoding other) {
    return one.tensor().bytes() <= other.tensor().bytes() ? one : other;
  }

  private Encoding encode(Recipe recipe, Matrix matrix, double a, float[] stored, float[] base) {
    float[] wanted = stored;
    if (base != null) {
      wanted = new float[stored.length];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = stored[i] - base[i];
      }
    }
    QuantizedMatrix quantized = recipe.quantize(matrix, matrix.oriented(wanted), a, base != null);
    float[] rebuilt = new float[stored.length];
    try (ChunkEncoder encoder = ChunkEncoder.create()) {
      List<byte[]> chunks = quantized.encode(encoder, base, rebuilt);
      long zeros = Arrays.stream(quantized.levels()).filter(level -> level == 0).count();
      return new Encoding(new Calibrated.EncodedTensor(chunks, matrix.elements(), zeros), rebuilt);
    }
  }
}
