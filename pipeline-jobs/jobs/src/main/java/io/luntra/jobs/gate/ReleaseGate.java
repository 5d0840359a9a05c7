package io.luntra.jobs.gate;

import io.luntra.codec.Profile;
import io.luntra.codec.TensorNumbers;
import io.luntra.codec.TensorSettings;
import io.luntra.ethereum.staging.StagedRelease;
import io.luntra.ethereum.staging.StagingStore;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.parent.ParentRelease;
import io.luntra.jobs.plan.ModelRun;
import io.luntra.jobs.prepare.PrepareRequest;
import io.luntra.jobs.shard.ParentFiles;
import io.luntra.manifest.ArtifactManifest;
import io.luntra.manifest.TensorEntry;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.onnx.OnnxReader;
import io.luntra.modelfiles.pytorch.ScriptSignature;
import io.luntra.quality.ArrayFile;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.EvaluationSet;
import io.luntra.quality.ModelRuntime;
import io.luntra.quality.QualityGate;
import io.luntra.quality.RunnableModel;
import io.luntra.quality.SampleFile;
import io.luntra.release.ParentMatch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.flink.util.FileUtils;

/**
 * Holds a staged release against the quality that it is to keep, before anything of it is sent: its
 * models are rebuilt from the staged bytes alone and run beside the originals, on corpora of ours
 * that neither calibration nor its search has seen, or on the samples that the user's own file
 * holds out of calibration.
 */
public final class ReleaseGate {
  private static final String ONNX = ".onnx";
  private static final Set<String> PYTORCH = Set.of(".pt", ".pth", ".bin");
  private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

  private final String stagingRoot;
  private final ReaderOptions readerOptions;
  private final EmbeddingOptions options;

  /**
   * @param options threads of a run; pooling follows from the request
   */
  public ReleaseGate(String stagingRoot, ReaderOptions readerOptions, EmbeddingOptions options) {
    this.stagingRoot = stagingRoot;
    this.readerOptions = readerOptions;
    this.options = options;
  }

  /**
   * Runs what can be run.
   *
   * @throws InvalidInputException when a quality is to be kept of a model that can't be run
   */
  public ReleaseQuality check(PrepareRequest request, StagedRelease staged)
      throws IOException, InterruptedException {
    if (request.profile().kind() == Profile.Kind.LOSSLESS) {
      return new ReleaseQuality(List.of(), List.of(), List.of());
    }
    StagedManifest release = StagedManifest.read(StagingStore.open(stagingRoot), staged);
    List<String> notices = new ArrayList<>();
    List<ArtifactManifest> artifacts = release.manifest().artifacts();
    List<ModelInput.Artifact> files =
        ModelFiles.layout(
                request.files().stream().map(org.apache.flink.core.fs.Path::new).toList(),
                readerOptions)
            .artifacts();
    List<Model> models = new ArrayList<>();
    Set<Integer> members = new HashSet<>();
    for (Model model : models(request.run(), artifacts, files)) {
      members.addAll(model.artifacts());
      if (model.artifacts().stream().noneMatch(i -> mayDiffer(artifacts.get(i)))) {
        continue;
      }
      String reason = whyNot(model, artifacts);
      if (reason == null) {
        models.add(model);
      } else {
        refuse(request, notices, artifacts.get(model.first()), reason);
      }
    }
    List<ArtifactManifest> others =
        IntStream.range(0, artifacts.size())
            .filter(i -> !members.contains(i))
            .mapToObj(artifacts::get)
            .filter(ReleaseGate::mayDiffer)
            .toList();
    if (!others.isEmpty()) {
      refuse(
          request,
          notices,
          others.get(0),
          "it is neither ONNX nor TorchScript"
              + (others.size() > 1 ? "; nor are %d more".formatted(others.size() - 1) : ""));
    }
    if (models.isEmpty() && request.run().pruning().isNone()) {
      return new ReleaseQuality(List.of(), List.of(), notices);
    }
    Path folder = Files.createTempDirectory("luntra-gate");
    try {
      Zeros zeros = new Zeros(request.run().pruning().isNone() ? List.of() : artifacts);
      Map<Model, List<Path>> rebuilt = rebuild(request, release, models, zeros, folder);
      List<ReleaseQuality.Artifact> results = new ArrayList<>();
      for (Model model : models) {
        ArtifactManifest artifact = artifacts.get(model.first());
        try {
          results.add(run(request, model, artifact, rebuilt.get(model), notices));
        } catch (InvalidInputException e) {
          refuse(request, notices, artifact, e.getMessage());
        }
      }
      return new ReleaseQuality(results, zeros.sparsity(), notices);
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  /**
   * A model with its external data.
   *
   * @param artifacts of the release, the model's first
   * @param input the same, as the model alone is laid out
   * @param whyNot why it is not run; null where the runtime runs it
   */
  private record Model(
      List<Integer> artifacts, ModelInput input, ModelRuntime runtime, String whyNot) {
    int first() {
      return artifacts.get(0);
    }

    RunnableModel files() {
      return new RunnableModel(
          input.artifacts().stream().map(each -> local(each.file().toString())).toList(),
          input.layouts(),
          runtime);
    }
  }

  private List<Model> models(
      ModelRun run, List<ArtifactManifest> artifacts, List<ModelInput.Artifact> files)
      throws IOException {
    Map<org.apache.flink.core.fs.Path, Integer> indices = new HashMap<>();
    for (int i = 0; i < files.size(); i++) {
      indices.put(files.get(i).file(), i);
    }
    List<Model> models = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      String path = artifacts.get(i).file().path().toLowerCase(Locale.ROOT);
      if (path.endsWith(ONNX)) {
        ModelInput input = OnnxReader.read(files.get(i).file(), readerOptions);
        models.add(
            new Model(
                input.artifacts().stream().map(each -> indices.get(each.file())).toList(),
                input,
                ModelRuntime.ONNX,
                null));
      } else if (PYTORCH.stream().anyMatch(path::endsWith)) {
        script(run, i, files.get(i)).ifPresent(models::add);
      }
    }
    return models;
  }

  private Optional<Model> script(ModelRun run, int index, ModelInput.Artifact file)
      throws IOException {
    ModelInput input = new ModelInput(List.of(file));
    try {
      return ScriptSignature.read(file.file(), readerOptions)
          .map(
              script ->
                  new Model(
                      List.of(index),
                      input,
                      ModelRuntime.ofScript(script.inputs()),
                      run.runsScripts()
                          ? null
                          : "it is TorchScript, a program, which --run-torchscript runs"));
    } catch (InvalidInputException e) {
      return Optional.of(new Model(List.of(index), input, null, e.getMessage()));
    }
  }

  private static void refuse(
      PrepareRequest request, List<String> notices, ArtifactManifest artifact, String reason) {
    if (request.keepQuality().isPresent()) {
      throw new InvalidInputException(
          "%s: a quality of %s is to be kept, but %s can't be run: %s"
              .formatted(
                  request.name(), request.keepQuality().get(), artifact.file().path(), reason));
    }
    notices.add("%s was not run: %s".formatted(artifact.file().path(), reason));
  }

  /** Whether a profile with loss may have given it other values. */
  private static boolean mayDiffer(ArtifactManifest artifact) {
    return artifact.tensors().stream().anyMatch(ReleaseGate::isMatrix);
  }

  private static boolean isMatrix(TensorEntry tensor) {
    return TensorSettings.isMatrix(tensor.info());
  }

  private static String whyNot(Model model, List<ArtifactManifest> artifacts) throws IOException {
    if (model.whyNot() != null) {
      return model.whyNot();
    }
    long bytes = model.artifacts().stream().mapToLong(i -> artifacts.get(i).file().bytes()).sum();
    if (bytes > MOST_BYTES) {
      return "it has 2 GB or more";
    }
    org.apache.flink.core.fs.Path file = model.input().artifacts().get(0).file();
    return file.getFileSystem().isDistributedFS() ? "it is no local file" : null;
  }

  private static Path local(String path) {
    return Path.of(new org.apache.flink.core.fs.Path(path).toUri().getPath());
  }

  private Map<Model, List<Path>> rebuild(
      PrepareRequest request, StagedManifest release, List<Model> models, Zeros zeros, Path folder)
      throws IOException, InterruptedException {
    Map<Model, List<Path>> files = new HashMap<>();
    // Several models may share a file of external data.
    Map<Integer, List<OutputStream>> streams = new HashMap<>();
    try {
      for (Model model : models) {
        Path own = folder.resolve(String.valueOf(model.first()));
        for (int i = 0; i < model.artifacts().size(); i++) {
          Path file = own.resolve(model.input().layouts().get(i).path());
          Files.createDirectories(file.getParent());
          files.computeIfAbsent(model, first -> new ArrayList<>()).add(file);
          streams
              .computeIfAbsent(model.artifacts().get(i), first -> new ArrayList<>())
              .add(Files.newOutputStream(file));
        }
      }
      release.decode(
          parent(request, release),
          (chunk, values) -> {
            zeros.add(chunk.artifact(), chunk.offset(), values);
            for (OutputStream stream : streams.getOrDefault(chunk.artifact(), List.of())) {
              stream.write(values);
            }
          });
    } finally {
      for (List<OutputStream> each : streams.values()) {
        for (OutputStream stream : each) {
          stream.close();
        }
      }
    }
    return files;
  }

  private static ParentFiles parent(PrepareRequest request, StagedManifest release)
      throws IOException, InterruptedException {
    if (release.manifest().root().parent().isEmpty()) {
      return null;
    }
    ParentRelease parent = request.parent().orElseThrow();
    return new ParentFiles(
        ParentMatch.of(parent.manifest().layouts(), release.manifest().layouts()),
        parent.files().rebuild());
  }

  private ReleaseQuality.Artifact run(
      PrepareRequest request,
      Model model,
      ArtifactManifest artifact,
      List<Path> rebuilt,
      List<String> notices)
      throws IOException {
    ModelRun run = request.run();
    Optional<Path> tokenizer =
        run.tokenizerFor(model.input().artifacts().get(0).file()).map(ReleaseGate::local);
    QualityGate gate =
        QualityGate.of(
            model.files(), tokenizer, options.withPooling(run.pooling()), sets(run.samples()));
    if (tokenizer.isEmpty() && run.samples().filter(ArrayFile::isOne).isEmpty()) {
      notices.add(
          "%s was run on made-up inputs: no tokenizer was given or found beside it"
              .formatted(artifact.file().path()));
    }
    double target = request.keepQuality().map(Double::parseDouble).orElse(0.0);
    return new ReleaseQuality.Artifact(artifact.file().path(), gate.check(rebuilt, target));
  }

  private static List<EvaluationSet> sets(Optional<String> samples) {
    if (samples.isEmpty()) {
      return EvaluationSet.corpora();
    }
    Path file = local(samples.get());
    return List.of(
        ArrayFile.isOne(samples.get())
            ? EvaluationSet.of("samples", ArrayFile.read(file))
            : new EvaluationSet("samples", SampleFile.read(file).heldOut()));
  }

  /** Counts the zeros of matrices. */
  private static final class Zeros {
    private final List<NavigableMap<Long, TensorEntry>> tensors = new ArrayList<>();
    private final Map<String, long[]> counts = new TreeMap<>();

    Zeros(List<ArtifactManifest> artifacts) {
      for (ArtifactManifest artifact : artifacts) {
        NavigableMap<Long, TensorEntry> matrices = new TreeMap<>();
        for (TensorEntry tensor : artifact.tensors()) {
          if (isMatrix(tensor)) {
            matrices.put(tensor.offset(), tensor);
          }
        }
        tensors.add(matrices);
      }
    }

    void add(int artifact, long offset, byte[] values) {
      if (artifact >= tensors.size()) {
        return;
      }
      Map.Entry<Long, TensorEntry> tensor = tensors.get(artifact).floorEntry(offset);
      if (tensor == null || offset >= tensor.getValue().end()) {
        return;
      }
      long[] count = counts.computeIfAbsent(tensor.getValue().info().name(), name -> new long[2]);
      TensorNumbers numbers = new TensorNumbers(tensor.getValue().info().dtype(), values);
      for (int i = 0; i < numbers.count(); i++) {
        count[0] += numbers.get(i) == 0 ? 1 : 0;
        count[1]++;
      }
    }

    List<ReleaseQuality.Sparsity> sparsity() {
      return counts.entrySet().stream()
          .map(
              count ->
                  new ReleaseQuality.Sparsity(
                      count.getKey(),
                      count.getValue()[0],
                      (double) count.getValue()[0] / count.getValue()[1]))
          .toList();
    }
  }
}
