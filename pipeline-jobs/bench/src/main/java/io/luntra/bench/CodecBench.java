package io.luntra.bench;

import io.luntra.calibration.CalibrationRequest;
import io.luntra.calibration.Target;
import io.luntra.codec.Profile;
import io.luntra.quality.Pooling;
import io.luntra.quality.QualityReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Measures the codec on real models, beside what users could pick instead. Everything is from one
 * run on one machine; encoding and decoding are timed on one thread.
 */
public final class CodecBench {
  /** The quality of ONNX Runtime's own INT8 of MiniLM, on the technical corpus. */
  private static final double INT8_QUALITY = 0.9906;

  private static final double HIGH_QUALITY = 0.999;
  private static final double LOW_QUALITY = 0.985;
  private static final double PRUNED = 0.3;
  private static final int TIMED_RUNS = 3;

  private static final String MINILM = "all-minilm-l6-v2";
  private static final String PARENT = "bge-small-en";
  private static final String CHILD = "bge-small-en-v1.5";
  private static final String LUNTRA = "luntra";

  private final Path models;
  private final boolean quick;
  private final Listener listener;
  private final List<BenchReport.Row> rows = new ArrayList<>();
  private final List<BenchReport.Delta> deltas = new ArrayList<>();

  /** Hears what is measured. */
  @FunctionalInterface
  public interface Listener {
    /** A codec and profile on a model begins. */
    void begins(String what);
  }

  /**
   * @param models folder with NAME.onnx, NAME-tokenizer.json and NAME-q.onnx of each model
   * @param quick whether only MiniLM is measured, without calibration, slow peers and deltas
   */
  public CodecBench(Path models, boolean quick, Listener listener) {
    this.models = models;
    this.quick = quick;
    this.listener = listener;
  }

  /** Measures all. */
  public BenchReport run() throws IOException {
    measure(BenchModel.read(models, MINILM, Pooling.MEAN));
    if (!quick) {
      BenchModel child = BenchModel.read(models, CHILD, Pooling.CLS);
      measure(child);
      BenchModel parent = BenchModel.read(models, PARENT, Pooling.CLS);
      delta(parent, child, HIGH_QUALITY);
      delta(parent, child, LOW_QUALITY);
      losslessDelta(parent, child);
    }
    return new BenchReport(rows, deltas);
  }

  private void measure(BenchModel model) throws IOException {
    for (String profile : List.of("lossless", "int8", "int8-asymmetric", "int4")) {
      plain(model, Profile.fromId(profile), 0, profile);
    }
    plain(model, Profile.INT8, PRUNED, "int8, 30 % pruned by magnitude");
    searched(model, Profile.ENTROPY, Target.quality(INT8_QUALITY), false, 0);
    plain(model, Profile.ENTROPY, 0, "entropy, usual steps");
    if (!quick) {
      searched(model, Profile.INT4, Target.PROFILE, true, 0);
      searched(model, Profile.ENTROPY, Target.quality(INT8_QUALITY), true, 0);
      searched(model, Profile.ENTROPY, Target.quality(HIGH_QUALITY), true, 0);
      searched(model, Profile.ENTROPY, Target.quality(INT8_QUALITY), true, PRUNED);
    }
    List<Peer> peers = new ArrayList<>(List.of(new Peer.Zstandard(3)));
    peers.add(new ParquetPages(true));
    peers.add(new ParquetPages(false));
    if (!quick) {
      peers.add(new Peer.Zstandard(19));
      peers.add(new Peer.Xz());
    }
    for (Peer peer : peers) {
      peer(model, peer);
    }
    finished(model);
  }

  private void plain(BenchModel model, Profile profile, double pruned, String name)
      throws IOException {
    listener.begins(model.name() + ", " + name);
    Timed<EncodedModel> encoded =
        timed(TIMED_RUNS, () -> EncodedModel.of(model, null, profile, pruned, Map.of()));
    add(model, name, encoded.result(), encoded.seconds());
  }

  /** A profile with a search for steps, calibrated or not. */
  private void searched(
      BenchModel model, Profile profile, Target target, boolean calibrated, double pruned)
      throws IOException {
    String name =
        profile.id()
            + (calibrated ? ", calibrated" : ", data-free")
            + (pruned > 0 ? ", 30 % pruned" : "")
            + (target.equals(Target.PROFILE) ? "" : " for " + target.quality());
    listener.begins(model.name() + ", " + name);
    long started = System.nanoTime();
    EncodedModel encoded =
        EncodedModel.of(
            model,
            null,
            profile,
            0,
            BenchCalibration.chunks(
                model,
                profile,
                target,
                calibrated,
                pruned,
                CalibrationRequest.DEFAULT_DAMPING,
                null));
    double seconds = (System.nanoTime() - started) / 1e9 * model.options().threads();
    add(model, name, encoded, seconds);
  }

  private void add(BenchModel model, String profile, EncodedModel encoded, double encodeSeconds)
      throws IOException {
    add(
        model,
        LUNTRA,
        profile,
        encoded.bitsPerWeight(),
        encoded.bytes(),
        model.quality(encoded.rebuilt()),
        encodeSeconds,
        timed(TIMED_RUNS, encoded::decode).seconds());
  }

  private void add(
      BenchModel model,
      String codec,
      String profile,
      double bitsPerWeight,
      long bytes,
      QualityReport quality,
      double encodeSeconds,
      double decodeSeconds) {
    double megabytes = model.bytes().length / 1e6;
    rows.add(
        new BenchReport.Row(
            model.name(),
            codec,
            profile,
            bitsPerWeight,
            (double) bytes / model.bytes().length,
            quality.corpora().get(0).quality().cosineMean(),
            quality.corpora().get(1).quality().cosineMean(),
            quality.weakest().nearestNeighbourAgreement(),
            quality.weakest().similarityRmse(),
            encodeSeconds == 0 ? 0 : megabytes / encodeSeconds,
            decodeSeconds == 0 ? 0 : megabytes / decodeSeconds));
  }

  private void peer(BenchModel model, Peer peer) throws IOException {
    listener.begins(model.name() + ", " + peer.name());
    byte[] matrices = model.part(true);
    byte[] others = model.part(false);
    boolean fast = peer.isFast();
    Timed<byte[]> first = timed(fast ? TIMED_RUNS : 1, () -> peer.compress(matrices));
    Timed<byte[]> second = timed(fast ? TIMED_RUNS : 1, () -> peer.compress(others));
    byte[] back = new byte[matrices.length];
    Timed<byte[]> decoded =
        timed(
            fast ? TIMED_RUNS : 1,
            () -> {
              peer.decompress(first.result(), back);
              return back;
            });
    if (!Arrays.equals(back, matrices)) {
      throw new IllegalStateException(peer.name() + " does not give back what it was given");
    }
    add(
        model,
        peer.name(),
        "lossless",
        first.result().length * 8.0 / model.weights(),
        (long) first.result().length + second.result().length,
        model.quality(model.bytes()),
        first.seconds() + second.seconds(),
        decoded.seconds());
  }

  /** The INT8 file that others made of the same model. */
  private void finished(BenchModel model) throws IOException {
    Path file = models.resolve(model.name() + "-q.onnx");
    listener.begins(file.getFileName().toString());
    add(
        model,
        "ONNX Runtime",
        "dynamic INT8, file",
        Files.size(file) * 8.0 / model.weights(),
        Files.size(file),
        model.quality(file),
        0,
        0);
  }

  private void delta(BenchModel parent, BenchModel child, double quality) throws IOException {
    String name = "entropy, calibrated for " + quality;
    listener.begins("%s as a delta against %s, %s".formatted(child.name(), parent.name(), name));
    Target target = Target.quality(quality);
    Profile profile = Profile.ENTROPY;
    EncodedModel first =
        EncodedModel.of(
            parent,
            null,
            profile,
            0,
            BenchCalibration.chunks(
                parent, profile, target, true, 0, CalibrationRequest.FOR_UPDATES_DAMPING, null));
    EncodedModel alone =
        EncodedModel.of(
            child,
            null,
            profile,
            0,
            BenchCalibration.chunks(
                child, profile, target, true, 0, CalibrationRequest.DEFAULT_DAMPING, null));
    byte[] rebuilt = first.rebuilt();
    Path file = Files.createTempFile("luntra-bench", ".onnx");
    try {
      BenchCalibration.Parent published =
          new BenchCalibration.Parent(parent, Files.write(file, rebuilt));
      EncodedModel delta =
          EncodedModel.of(
              child,
              child.chunks(rebuilt),
              profile,
              0,
              BenchCalibration.chunks(
                  child, profile, target, true, 0, CalibrationRequest.DELTA_DAMPING, published));
      add(parent, child, name, first, delta, alone);
    } finally {
      Files.delete(file);
    }
  }

  private void losslessDelta(BenchModel parent, BenchModel child) throws IOException {
    listener.begins("%s as a lossless delta".formatted(child.name()));
    EncodedModel first = EncodedModel.of(parent, null, Profile.LOSSLESS, 0, Map.of());
    EncodedModel alone = EncodedModel.of(child, null, Profile.LOSSLESS, 0, Map.of());
    EncodedModel delta = EncodedModel.of(child, parent.chunks(), Profile.LOSSLESS, 0, Map.of());
    add(parent, child, "lossless", first, delta, alone);
  }

  private void add(
      BenchModel parent,
      BenchModel child,
      String profile,
      EncodedModel first,
      EncodedModel delta,
      EncodedModel alone)
      throws IOException {
    QualityReport quality = child.quality(delta.rebuilt());
    deltas.add(
        new BenchReport.Delta(
            parent.name(),
            child.name(),
            profile,
            first.bitsPerWeight(),
            delta.bitsPerWeight(),
            alone.bitsPerWeight(),
            (double) delta.bytes() / alone.bytes(),
            (double) delta.bytes() / child.bytes().length,
            quality.corpora().get(0).quality().cosineMean(),
            quality.weakest().similarityRmse()));
  }

  /** What something gave, and the median of its times, after one run that does not count. */
  private record Timed<T>(T result, double seconds) {}

  private static <T> Timed<T> timed(int runs, Callable<T> work) throws IOException {
    try {
      T result = runs > 1 ? work.call() : null;
      double[] seconds = new double[runs];
      for (int i = 0; i < runs; i++) {
        long started = System.nanoTime();
        result = work.call();
        seconds[i] = (System.nanoTime() - started) / 1e9;
      }
      Arrays.sort(seconds);
      return new Timed<>(result, seconds[runs / 2]);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
