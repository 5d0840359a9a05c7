package io.luntra.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.luntra.calibration.CalibrationRequest;
import io.luntra.calibration.Target;
import io.luntra.codec.Profile;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.onnx.OnnxQuantizer;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.Pooling;
import io.luntra.quality.QualityReport;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.util.FileUtils;

/**
 * Runs models that a release gave back and {@code convert} wrote with integer weights, beside the
 * original on the same inputs: a run of one, a run of the other, in turn.
 */
public final class NativeBench {
  private static final String MINILM = "all-minilm-l6-v2";
  private static final String FOLD = "session.disable_quant_qdq";
  private static final int BATCH = 32;
  private static final int TOKENS = 64;
  private static final int PAIRS = 75;
  private static final int QUICK_PAIRS = 5;
  private static final int WARM_UP = 3;
  private static final int FIRST_WORD = 1000;
  private static final int WORDS = 20_000;
  private static final long SEED = 7;

  private final Path models;
  private final int pairs;
  private final CodecBench.Listener listener;
  private final List<NativeReport.Row> rows = new ArrayList<>();

  /**
   * @param models folder with the models, as {@link CodecBench} has it
   * @param quick whether times are of a few runs only
   */
  public NativeBench(Path models, boolean quick, CodecBench.Listener listener) {
    this.models = models;
    this.pairs = quick ? QUICK_PAIRS : PAIRS;
    this.listener = listener;
  }

  /** Measures all. */
  public NativeReport run() throws IOException {
    BenchModel model = BenchModel.read(models, MINILM, Pooling.MEAN);
    Path work = Files.createTempDirectory("luntra-bench");
    try {
      measure(model, model.file(), "FP32, as it was published", "");
      Path int8 = converted(model, Profile.INT8, false, OnnxQuantizer.Form.INT8, work);
      measure(model, int8, "int8, converted", "");
      measure(model, int8, "int8, converted", FOLD + "=1");
      Path int4 = converted(model, Profile.INT4, true, OnnxQuantizer.Form.INT4, work);
      measure(model, int4, "int4 calibrated, converted", "");
      Path peer = models.resolve(MINILM + "-q.onnx");
      measure(model, peer, "ONNX Runtime's dynamic INT8", "");
    } finally {
      FileUtils.deleteDirectory(work.toFile());
    }
    return new NativeReport(model.options().threads(), BATCH, TOKENS, pairs, rows);
  }

  /** What a release gives back, with integer weights. */
  private Path converted(
      BenchModel model, Profile profile, boolean calibrated, OnnxQuantizer.Form form, Path work)
      throws IOException {
    listener.begins("%s, %s".formatted(model.name(), profile.id()));
    Map<String, List<byte[]>> ready =
        calibrated
            ? BenchCalibration.chunks(
                model, profile, Target.PROFILE, true, 0, CalibrationRequest.DEFAULT_DAMPING, null)
            : Map.of();
    byte[] rebuilt = EncodedModel.of(model, null, profile, 0, ready).rebuilt();
    Path restored = Files.write(work.resolve(profile.id() + "-restored.onnx"), rebuilt);
    OnnxQuantizer.Quantized quantized =
        OnnxQuantizer.quantize(restored, form, ReaderOptions.DEFAULTS);
    if (!quantized.weights().stream().allMatch(OnnxQuantizer.Weight::exact)) {
      throw new IllegalStateException("Weights of a release as %s changed".formatted(profile.id()));
    }
    return Files.write(work.resolve(profile.id() + ".onnx"), quantized.model());
  }

  private void measure(BenchModel model, Path file, String what, String session)
      throws IOException {
    listener.begins(
        "%s, %s%s".formatted(model.name(), what, session.isEmpty() ? "" : ", " + session));
    boolean original = file.equals(model.file());
    QualityReport quality = original ? model.quality(model.bytes()) : model.quality(file);
    double[] times = new double[pairs];
    double[] ratios = new double[pairs];
    try (TimedSession reference = TimedSession.open(model.file(), "", model.options());
        TimedSession candidate = TimedSession.open(file, session, model.options())) {
      for (int i = 0; i < WARM_UP; i++) {
        reference.run();
        candidate.run();
      }
      for (int pair = 0; pair < pairs; pair++) {
        boolean first = pair % 2 == 0;
        double before = first ? reference.run() : 0;
        times[pair] = candidate.run();
        ratios[pair] = times[pair] / (first ? before : reference.run());
      }
      Arrays.sort(times);
      Arrays.sort(ratios);
      rows.add(
          new NativeReport.Row(
              model.name(),
              what,
              session,
              Files.size(file),
              (double) Files.size(file) / model.bytes().length,
              quality.corpora().get(0).quality().cosineMean(),
              quality.corpora().get(1).quality().cosineMean(),
              candidate.loadSeconds,
              times[pairs / 2],
              ratios[pairs / 2],
              ratios[pairs / 4],
              ratios[pairs - 1 - pairs / 4]));
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime does not run %s".formatted(what), e);
    }
  }

  /** A model that is run on the same tokens each time. */
  private static final class TimedSession implements AutoCloseable {
    private final OrtSession.SessionOptions options;
    private final OrtSession session;
    private final double loadSeconds;
    private final Map<String, OnnxTensor> feed = new HashMap<>();

    private TimedSession(OrtSession.SessionOptions options, OrtSession session, double loadSeconds)
        throws OrtException {
      this.options = options;
      this.session = session;
      this.loadSeconds = loadSeconds;
      Random random = new Random(SEED);
      long[] ids = random.longs(BATCH * TOKENS, FIRST_WORD, WORDS).toArray();
      for (String input : session.getInputNames()) {
        long[] values = ids;
        if (!input.equals("input_ids")) {
          values = new long[ids.length];
          Arrays.fill(values, input.equals("attention_mask") ? 1 : 0);
        }
        feed.put(
            input,
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(),
                LongBuffer.wrap(values),
                new long[] {BATCH, TOKENS}));
      }
    }

    static TimedSession open(Path file, String entry, EmbeddingOptions settings)
        throws OrtException {
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(settings.threads());
      if (!entry.isEmpty()) {
        String[] parts = entry.split("=", 2);
        options.addConfigEntry(parts[0], parts[1]);
      }
      long started = System.nanoTime();
      OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString(), options);
      return new TimedSession(options, session, (System.nanoTime() - started) / 1e9);
    }

    /** Seconds of a run. */
    double run() throws OrtException {
      long started = System.nanoTime();
      session.run(feed).close();
      return (System.nanoTime() - started) / 1e9;
    }

    @Override
    public void close() throws OrtException {
      feed.values().forEach(OnnxTensor::close);
      session.close();
      options.close();
    }
  }
}
