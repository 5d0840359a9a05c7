package io.luntra.bench;

import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.quality.CorpusEmbeddings;
import io.luntra.quality.EmbeddingModel;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.Pooling;
import io.luntra.quality.QualityReport;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorRole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A model to measure with: its bytes, how they are cut, and what the original says. */
final class BenchModel {
  private final String name;
  private final Path file;
  private final Path tokenizer;
  private final EmbeddingOptions options;
  private final byte[] bytes;
  private final ModelInput.Artifact artifact;
  private final CorpusEmbeddings reference;
  private final List<ChunkSlice> slices = new ArrayList<>();
  private final List<byte[]> chunks;

  private BenchModel(String name, Path file, Path tokenizer, Pooling pooling) throws IOException {
    this.name = name;
    this.file = file;
    this.tokenizer = tokenizer;
    this.options = EmbeddingOptions.defaults().withPooling(pooling);
    this.bytes = Files.readAllBytes(file);
    this.artifact =
        ModelFiles.layout(
                List.of(new org.apache.flink.core.fs.Path(file.toUri())), ReaderOptions.DEFAULTS)
            .artifacts()
            .get(0);
    this.reference = embeddings(file);
    layout().sections().forEach(section -> slices.addAll(ShardPlanner.slices(0, section)));
    this.chunks = chunks(bytes);
  }

  /** A model of a folder: NAME.onnx and NAME-tokenizer.json. */
  static BenchModel read(Path folder, String name, Pooling pooling) throws IOException {
    return new BenchModel(
        name, folder.resolve(name + ".onnx"), folder.resolve(name + "-tokenizer.json"), pooling);
  }

  String name() {
    return name;
  }

  Path file() {
    return file;
  }

  Path tokenizer() {
    return tokenizer;
  }

  EmbeddingOptions options() {
    return options;
  }

  byte[] bytes() {
    return bytes;
  }

  ArtifactLayout layout() {
    return artifact.layout();
  }

  Map<String, TensorRole> roles() {
    return artifact.roles();
  }

  /** Where its chunks lie, in order, as a release has them. */
  List<ChunkSlice> slices() {
    return slices;
  }

  /** Its chunks. */
  List<byte[]> chunks() {
    return chunks;
  }

  /** The chunks of another file of the same layout. */
  List<byte[]> chunks(byte[] file) {
    return slices.stream()
        .map(
            slice ->
                Arrays.copyOfRange(
                    file, (int) slice.offset(), (int) slice.offset() + slice.length()))
        .toList();
  }

  /** Whether a section counts for bits per weight. */
  static boolean isMatrix(Section section) {
    return section.tensor() != null
        && section.tensor().dtype() == DataType.FP32
        && section.tensor().shape().size() >= 2;
  }

  /** Elements of its float matrices. */
  long weights() {
    return layout().sections().stream()
        .filter(BenchModel::isMatrix)
        .mapToLong(section -> section.tensor().elements())
        .sum();
  }

  /** The bytes of its float matrices, or all others. */
  byte[] part(boolean matrices) {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    for (Section section : layout().sections()) {
      if (isMatrix(section) == matrices) {
        part.writeBytes(Arrays.copyOfRange(bytes, (int) section.offset(), (int) section.end()));
      }
    }
    return part.toByteArray();
  }

  /** Runs another file of this model beside the original. */
  QualityReport quality(Path candidate) {
    return QualityReport.compare(reference, embeddings(candidate));
  }

  /** Runs rebuilt bytes of this model beside the original. */
  QualityReport quality(byte[] candidate) throws IOException {
    if (Arrays.equals(candidate, bytes)) {
      return QualityReport.compare(reference, reference);
    }
    Path copy = Files.createTempFile("luntra-bench", ".onnx");
    try {
      return quality(Files.write(copy, candidate));
    } finally {
      Files.delete(copy);
    }
  }

  private CorpusEmbeddings embeddings(Path model) {
    try (EmbeddingModel embedding = EmbeddingModel.open(model, tokenizer, options)) {
      return CorpusEmbeddings.by(embedding);
    }
  }
}
