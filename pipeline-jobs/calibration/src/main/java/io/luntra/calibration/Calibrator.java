package io.luntra.calibration;

import io.luntra.calibration.linear.InverseFactor;
import io.luntra.calibration.linear.LinearAlgebra;
import io.luntra.codec.ChunkDecoder;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.Profile;
import io.luntra.codec.TensorSettings;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.onnx.OnnxGraph;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleFunction;
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

  /** Of the steps of tensors that are too small to calibrate: half the error costs them nothing. */
  private static final double UNCALIBRATED = 0.5;

  /** What a search starts from where no quality is given, as 1 − cosine. */
  private static final double USUAL_LOSS = 0.01;

  private static final double OWN_DOMAIN = 0.94;
  private static final double EVERYWHERE = 0.66;

  /** How much less than the rest a weight on bits leaves to errors of steps. */
  private static final double ZEROS = 1.35;

  /** Bits per weight below which a difference to the parent is never dearer than the whole. */
  private static final long SURELY_LESS = 2;

  private final CalibrationRequest request;
  private final Listener listener;
  private final ExecutorService workers;
  private final ModelBytes model;
  private final ModelBytes parent;
  private final Trials trials;
  private final Map<String, List<ChunkSlice>> slices = new TreeMap<>();
  private final Map<String, Double> spreads = new TreeMap<>();
  private int probes;

  /** Hears what calibration does. */
  @FunctionalInterface
  public interface Listener {
    /** {@code done} of {@code total} units of a step. */
    void progressed(String step, long done, long total, String unit);
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
    this.trials =
        new Trials(model, request.tokenizer(), request.options(), request.texts(), workers);
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

  private Calibrated run() throws IOException {
    OnnxGraph graph = OnnxGraph.read(new Path(request.model().toString()), ReaderLimits.DEFAULTS);
    Map<String, TensorRole> roles = graph.roles(request.layout());
    List<String> all =
        slices.keySet().stream()
            .filter(name -> info(name).dtype() == DataType.FP32 && info(name).shape().size() >= 2)
            .toList();
    if (all.isEmpty()) {
      throw new InvalidInputException("there are no FP32 matrices in its file");
    }
    if (!request.feedback()) {
      return calibrated(search(factor -> trials.run(factor, dataFree(all, factor)), 1), 0);
    }
    Map<String, OnnxGraph.Product> products = new TreeMap<>(graph.products());
    products.keySet().removeIf(name -> !isLarge(name));
    List<String> embeddings =
        roles.entrySet().stream()
            .filter(role -> role.getValue() == TensorRole.EMBEDDING && isLarge(role.getKey()))
            .map(Map.Entry::getKey)
            .toList();
    products.keySet().forEach(name -> spreads.put(name, spread(model.values(name))));
    embeddings.forEach(name -> spreads.put(name, spread(model.values(name))));
    try (LinearAlgebra algebra = LinearAlgebra.open();
        Statistics statistics = statistics(products, embeddings, algebra)) {
      Map<String, double[]> norms = norms(statistics, products);
      MeanErrors meanErrors = MeanErrors.of(model, products, statistics);
      Candidate best = null;
      double bestDamping = 0;
      for (double damping : request.damping()) {
        Map<String, InverseFactor> factors = factors(statistics, meanErrors, damping);
        try {
          List<Matrix> matrices = matrices(products, embeddings, factors, meanErrors);
          List<String> others =
              all.stream()
                  .filter(name -> !products.containsKey(name) && !embeddings.contains(name))
                  .toList();
          Recipe recipe =
              new Recipe(request.profile(), roundingAgainstParent(), request.sparsity(), norms);
          if (request.profile().kind() == Profile.Kind.ENTROPY) {
            new Probe(request, model, workers).run(matrices, listener).forEach(recipe::sensitivity);
            probes += matrices.size();
          }
          Candidate candidate =
              search(
                  alpha ->
                      trial(recipe, matrices, meanErrors, dataFree(others, UNCALIBRATED), alpha),
                  firstAlpha(matrices));
          if (best == null || candidate.merit() < best.merit()) {
            best = candidate;
            bestDamping = damping;
          }
        } finally {
          factors.values().forEach(InverseFactor::close);
        }
      }
      return calibrated(best, bestDamping);
    }
  }

  private Calibrated calibrated(Candidate candidate, double damping) {
    return new Calibrated(
        candidate.tensors(),
        candidate.alpha(),
        damping,
        candidate.heldOut().measured(),
        candidate.otherDomain().measured(),
        trials.runs() + probes);
  }

  /** Only grids that have steps to choose are searched. */
  private Candidate search(DoubleFunction<Candidate> trial, double alpha) {
    Target target =
        request.profile().kind() == Profile.Kind.ENTROPY ? request.target() : Target.PROFILE;
    return new Search(
            target,
            tried -> {
              Candidate candidate = trial.apply(tried);
              listener.progressed("search", trials.runs(), trials.runs(), "trials");
              return candidate;
            })
        .from(alpha);
  }

  /** What may be lost, as 1 − cosine. */
  private double allowed() {
    return switch (request.target().kind()) {
      case QUALITY, QUALITY_EVERYWHERE -> 1 - request.target().quality();
      case BYTES, PROFILE -> USUAL_LOSS;
    };
  }

  /**
   * Zeros of a difference keep to the parent in all tensors alike, which similarities between
   * sentences notice: the less may be lost, the less may be rounded that way. From bge-small-en and
   * its next version, at 0.999 and 0.985.
   */
  private double roundingAgainstParent() {
    return Math.min(0.16, 0.16 * Math.sqrt(allowed() / 0.015));
  }

  /**
   * The squared error of unit vectors is 2 (1 − cosine); a matrix of n elements adds n α². The
   * factors are what searches on three models ended with: a start from here is soon there.
   */
  private double firstAlpha(List<Matrix> matrices) {
    double alpha = Math.sqrt(2 * allowed() / matrices.stream().mapToLong(Matrix::elements).sum());
    boolean everywhere = request.target().kind() == Target.Kind.QUALITY_EVERYWHERE;
    double zeros = parent == null ? 0 : roundingAgainstParent();
    return alpha * (everywhere ? EVERYWHERE : OWN_DOMAIN) * (1 - ZEROS * zeros);
  }

  /** What settings alone make of tensors, with their usual steps times a factor. */
  private List<Trials.Encoding> dataFree(List<String> names, double factor) {
    List<Trials.Encoding> encodings = new ArrayList<>();
    for (String name : names) {
      TensorSettings settings = request.settings().get(name).withStepScale(factor);
      encodings.add(() -> List.of(encoded(name, model.bytes(name), settings)));
    }
    return encodings;
  }

  private Trials.Attempt encoded(String name, byte[] values, TensorSettings settings) {
    List<byte[]> chunks = new ArrayList<>();
    float[] rebuilt = new float[(int) info(name).elements()];
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      int at = 0;
      for (ChunkSlice slice : slices.get(name)) {
        int from = at * Float.BYTES;
        byte[] raw = Arrays.copyOfRange(values, from, from + slice.length());
        byte[] before =
            parent != null && hasSame(name) ? parent.range(name, from, slice.length()) : null;
        byte[] encoded = encoder.encode(slice.shape(), raw, before, settings);
        byte[] decoded = decoder.decode(encoded, 0, encoded.length, raw.length, before);
        ByteBuffer.wrap(decoded)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer()
            .get(rebuilt, at, decoded.length / Float.BYTES);
        at += decoded.length / Float.BYTES;
        chunks.add(encoded);
      }
    }
    long zeros = 0;
    for (float value : rebuilt) {
      zeros += value == 0 ? 1 : 0;
    }
    return new Trials.Attempt(
        name, new Calibrated.EncodedTensor(chunks, rebuilt.length, zeros), rebuilt);
  }

  private boolean hasSame(String tensor) {
    return parent.has(tensor) && parent.info(tensor).equals(info(tensor));
  }

  private TensorInfo info(String tensor) {
    return model.info(tensor);
  }

  /** Whether a tensor is worth the while, and its chunks hold whole rows. */
  private boolean isLarge(String tensor) {
    if (!model.has(tensor)
        || info(tensor).dtype() != DataType.FP32
        || info(tensor).shape().size() != 2
        || info(tensor).elements() < LEAST_ELEMENTS) {
      return false;
    }
    return slices.getOrDefault(tensor, List.of()).stream()
        .allMatch(slice -> slice.shape().rowElements() == info(tensor).rowElements());
  }

  static double spread(float[] values) {
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
    TokenBatches calibration = tokens(request.texts().calibration());
    TokenBatches mixed =
        calibration.withRandom(vocabulary, calibration.size(), request.options().batchSize());
    try (SentenceEncoder encoder =
        SentenceEncoder.open(model.withOutputs(dimensions.keySet()), request.options())) {
      probes++;
      return Statistics.collect(encoder, mixed, dimensions, algebra, workers, listener);
    }
  }

  private int inputs(String name, OnnxGraph.Product product) {
    return inputs(info(name), product);
  }

  /** Input channels of a product's matrix. */
  static int inputs(TensorInfo matrix, OnnxGraph.Product product) {
    int inputDimension = product.role() == TensorRole.OUTPUT_ROWS ? 1 : 0;
    return matrix.shape().get(inputDimension).intValue();
  }

  private Map<String, double[]> norms(
      Statistics statistics, Map<String, OnnxGraph.Product> products) {
    Map<String, double[]> norms = new TreeMap<>();
    if (!request.sparsity().isNone()) {
      products.forEach(
          (name, product) -> {
            double[] squares = statistics.of(product.activation()).meanSquares();
            int d = inputs(name, product);
            double[] own = new double[d];
            Arrays.setAll(own, i -> Math.sqrt(squares[i * d + i]));
            norms.put(name, own);
          });
    }
    return norms;
  }

  private Map<String, InverseFactor> factors(
      Statistics statistics, MeanErrors meanErrors, double damping) {
    InverseFactor.Order order =
        parent != null && request.target().kind() == Target.Kind.QUALITY
            ? InverseFactor.Order.LEAST_FIRST
            : InverseFactor.Order.AS_THEY_ARE;
    Map<String, Future<InverseFactor>> work = new TreeMap<>();
    statistics
        .all()
        .forEach(
            (name, gram) ->
                work.put(
                    name,
                    workers.submit(() -> gram.factor(meanErrors.covers(name), damping, order))));
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
      Map<String, InverseFactor> factors,
      MeanErrors meanErrors) {
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
                  meanErrors.bias(name),
                  meanErrors.mean(product.activation()),
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
              null,
              null,
              model.section(name),
              slices.get(name)));
    }
    // Large ones first, so that no worker is left with one at the end.
    matrices.sort(Comparator.comparingInt(Matrix::elements).reversed().thenComparing(Matrix::name));
    return matrices;
  }

  private Candidate trial(
      Recipe recipe,
      List<Matrix> matrices,
      MeanErrors meanErrors,
      List<Trials.Encoding> others,
      double alpha) {
    Map<String, Double> scales =
        request.profile().kind() == Profile.Kind.ENTROPY
            ? recipe.scales(alpha, matrices, spreads)
            : Map.of();
    List<Trials.Encoding> encodings = new ArrayList<>();
    for (Matrix matrix : matrices) {
      double a = scales.getOrDefault(matrix.name(), 0.0);
      encodings.add(() -> withBias(meanErrors, matrix, attempt(recipe, matrix, a)));
    }
    encodings.addAll(others);
    return trials.run(alpha, encodings);
  }

  /** A matrix, and its bias with what the matrix's error adds to each output on average. */
  private List<Trials.Attempt> withBias(
      MeanErrors meanErrors, Matrix matrix, Trials.Attempt attempt) {
    if (matrix.bias() == null) {
      return List.of(attempt);
    }
    float[] bias = meanErrors.corrected(matrix, attempt.rebuilt());
    ByteBuffer values =
        ByteBuffer.allocate(bias.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.asFloatBuffer().put(bias);
    return List.of(attempt, encoded(matrix.bias(), values.array(), TensorSettings.LOSSLESS));
  }

  private Trials.Attempt attempt(Recipe recipe, Matrix matrix, double a) {
    float[] stored = model.values(matrix.name());
    boolean pruned = !matrix.isEmbedding() && !request.sparsity().isNone();
    if (parent == null || pruned || !hasSame(matrix.name())) {
      return attempt(recipe, matrix, a, stored, null);
    }
    Trials.Attempt difference = attempt(recipe, matrix, a, stored, parent.values(matrix.name()));
    boolean surelyLess = difference.tensor().bytes() * Byte.SIZE < SURELY_LESS * matrix.elements();
    return surelyLess
        ? difference
        : Trials.Attempt.cheaper(difference, attempt(recipe, matrix, a, stored, null));
  }

  private static Trials.Attempt attempt(
      Recipe recipe, Matrix matrix, double a, float[] stored, float[] base) {
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
      return new Trials.Attempt(
          matrix.name(), new Calibrated.EncodedTensor(chunks, matrix.elements(), zeros), rebuilt);
    }
  }
}
