package io.luntra.jobs.inspect;

import io.luntra.blob.Bytes32;
import io.luntra.codec.TensorNumbers;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.shard.ArtifactHasher;
import io.luntra.manifest.ParameterCount;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** Looks into model files: reads each once, a chunk at a time, and runs nothing. */
public final class ModelInspector {
  private final ReaderOptions options;
  private final Listener listener;
  private final SpreadHistogram histogram = new SpreadHistogram();
  private final Map<List<Object>, String> firstOf = new HashMap<>();
  private long done;
  private long total;

  /** Told how far it is. */
  @FunctionalInterface
  public interface Listener {
    /** So many bytes of all were read. */
    void read(long bytes, long total);
  }

  public ModelInspector(ReaderOptions options, Listener listener) {
    this.options = options;
    this.listener = listener;
  }

  /**
   * Inspects a model file, and those that it refers to, or a folder.
   *
   * @throws InvalidInputException as {@link ModelFiles#layout(Path, ReaderOptions)}
   */
  public Inspection inspect(Path path) throws IOException {
    ModelInput model = ModelFiles.layout(path, options);
    total = model.inputBytes();
    List<Inspection.File> files = new ArrayList<>();
    List<Inspection.Tensor> tensors = new ArrayList<>();
    List<Inspection.Cost> costs;
    try (CostEstimate estimate = new CostEstimate(model)) {
      for (int i = 0; i < model.artifacts().size(); i++) {
        files.add(inspect(i, model.artifacts().get(i), tensors, estimate));
      }
      costs = estimate.costs();
    }
    return new Inspection(
        ArchitectureFinder.find(model, options),
        ParameterCount.of(tensors.stream().map(Inspection.Tensor::info).toList()),
        files,
        tensors,
        histogram,
        costs);
  }

  private Inspection.File inspect(
      int index,
      ModelInput.Artifact artifact,
      List<Inspection.Tensor> tensors,
      CostEstimate estimate)
      throws IOException {
    ArtifactHasher hasher = new ArtifactHasher(List.of());
    int before = tensors.size();
    try (FSDataInputStream in = artifact.file().getFileSystem().open(artifact.file())) {
      for (Section section : artifact.layout().sections()) {
        TensorInfo info = section.tensor();
        ValueSummary summary =
            info != null && TensorNumbers.isRead(info.dtype())
                ? new ValueSummary(info.dtype())
                : null;
        TensorRole role =
            info == null
                ? TensorRole.OTHER
                : artifact.roles().getOrDefault(info.name(), TensorRole.OTHER);
        ArtifactHasher values = new ArtifactHasher(List.of());
        for (ChunkSlice slice : ShardPlanner.slices(index, section)) {
          byte[] raw = read(in, artifact.file(), slice);
          hasher.update(raw, 0, raw.length);
          values.update(raw, 0, raw.length);
          estimate.add(section, slice, role, raw);
          if (summary != null) {
            summary.add(raw);
          }
          done += raw.length;
          listener.read(done, total);
        }
        if (info != null) {
          tensors.add(tensor(artifact.layout().path(), info, summary, values.artifactHash()));
        }
      }
    }
    return new Inspection.File(
        artifact.layout().path(),
        artifact.layout().length(),
        hasher.artifactHash().toHex().substring(2),
        tensors.size() - before);
  }

  private static byte[] read(FSDataInputStream in, Path file, ChunkSlice slice) throws IOException {
    byte[] raw = in.readNBytes(slice.length());
    if (raw.length < slice.length()) {
      throw new InvalidInputException(
          "%s: expected %d bytes at %d, found %d: the file changed while it was read"
              .formatted(file, slice.length(), slice.offset(), raw.length));
    }
    return raw;
  }

  private Inspection.Tensor tensor(
      String path, TensorInfo info, ValueSummary summary, Bytes32 hash) {
    String first =
        info.elements() == 0
            ? null
            : firstOf.putIfAbsent(List.of(info.dtype(), info.shape(), hash), info.name());
    Optional<Inspection.Values> values = Optional.empty();
    if (summary != null && summary.hasValues()) {
      if (info.dtype().isFloat() && info.shape().size() >= 2) {
        summary.addTo(histogram);
      }
      values =
          Optional.of(
              new Inspection.Values(
                  summary.least(),
                  summary.greatest(),
                  summary.mean(),
                  summary.deviation(),
                  summary.zeros(),
                  summary.notFinite()));
    }
    return new Inspection.Tensor(
        path,
        info,
        summary == null ? info.dtype() : summary.effectiveType(),
        values,
        Optional.ofNullable(first));
  }
}
