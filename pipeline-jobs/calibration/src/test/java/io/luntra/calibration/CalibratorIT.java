package io.luntra.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.codec.ChunkDecoder;
import io.luntra.codec.Profile;
import io.luntra.codec.TensorSettings;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.ShardPlanner;
import io.luntra.quality.CalibrationText;
import io.luntra.quality.CorpusEmbeddings;
import io.luntra.quality.EmbeddingModel;
import io.luntra.quality.EmbeddingOptions;
import io.luntra.quality.QualityReport;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ChunkSlice;
import io.luntra.release.Section;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On all-MiniLM-L6-v2, measured on corpora that calibration never sees. */
@Tag("long")
final class CalibratorIT {
  @TempDir static Path folder;
  private static Path model;
  private static Path tokenizer;
  private static ModelInput.Artifact artifact;

  @BeforeAll
  static void open() throws IOException {
    model = copied("/all-minilm-l6-v2.onnx");
    tokenizer = copied("/all-minilm-l6-v2-tokenizer.json");
    artifact =
        ModelFiles.layout(
                List.of(new org.apache.flink.core.fs.Path(model.toUri())), ReaderOptions.DEFAULTS)
            .artifacts()
            .get(0);
  }

  private static Path copied(String resource) throws IOException {
    Path file = folder.resolve(resource.substring(1));
    try (InputStream in = CalibratorIT.class.getResourceAsStream(resource)) {
      Files.copy(in, file);
    }
    return file;
  }

  private static CalibrationRequest request(
      Path file, Profile profile, Target target, boolean feedback, Sparsity sparsity) {
    ArtifactLayout layout = artifact.layout();
    List<ChunkSlice> slices = new ArrayList<>();
    Map<String, TensorSettings> settings = new HashMap<>();
    for (Section section : layout.sections()) {
      if (section.tensor() != null) {
        slices.addAll(ShardPlanner.slices(0, section));
        String name = section.tensor().name();
        settings.put(
            name,
            TensorSettings.of(
                profile,
                section.tensor().dtype(),
                section.tensor().shape().size(),
                artifact.roles().getOrDefault(name, TensorRole.OTHER)));
      }
    }
    return new CalibrationRequest(
        file,
        layout,
        slices,
        tokenizer,
        EmbeddingOptions.defaults(),
        profile,
        target,
        feedback,
        settings,
        sparsity,
        null,
        null,
        new CalibrationRequest.Texts(
            CalibrationText.calibration(),
            CalibrationText.heldOut(),
            CalibrationText.otherDomain()),
        List.of(CalibrationRequest.DEFAULT_DAMPING));
  }

  private static Calibrated calibrate(
      Profile profile, Target target, boolean feedback, Sparsity sparsity) throws IOException {
    return Calibrator.run(
        request(model, profile, target, feedback, sparsity), (step, done, total, unit) -> {});
  }

  /** The model as a buyer rebuilds it, beside the original. */
  private static QualityReport quality(Calibrated calibrated) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    try (ChunkDecoder decoder = ChunkDecoder.create()) {
      for (Section section : artifact.layout().sections()) {
        if (section.tensor() == null || !calibrated.names().contains(section.tensor().name())) {
          continue;
        }
        List<byte[]> chunks = calibrated.tensors().get(section.tensor().name()).chunks();
        List<ChunkSlice> slices = ShardPlanner.slices(0, section);
        for (int i = 0; i < slices.size(); i++) {
          byte[] chunk = chunks.get(i);
          ChunkSlice slice = slices.get(i);
          byte[] values = decoder.decode(chunk, 0, chunk.length, slice.length(), null);
          System.arraycopy(values, 0, bytes, (int) slice.offset(), values.length);
        }
      }
    }
    Path rebuilt = Files.write(folder.resolve("rebuilt.onnx"), bytes);
    try (EmbeddingModel first = EmbeddingModel.open(model, tokenizer);
        EmbeddingModel second = EmbeddingModel.open(rebuilt, tokenizer)) {
      return QualityReport.compare(CorpusEmbeddings.by(first), CorpusEmbeddings.by(second));
    }
  }

  @Test
  void entropyKeepsTheQualityOfInt8AtLessThanHalfItsSize() throws IOException {
    Calibrated found = calibrate(Profile.ENTROPY, Target.quality(0.9906), true, Sparsity.NONE);
    QualityReport quality = quality(found);

    assertThat(found.bitsPerWeight()).isLessThanOrEqualTo(3.4);
    assertThat(found.names()).contains("encoder.layer.0.output.dense.bias");
    assertThat(quality.corpora().get(0).quality().cosineMean()).isGreaterThanOrEqualTo(0.9906);
    assertThat(quality.corpora().get(1).quality().cosineMean()).isGreaterThanOrEqualTo(0.985);
  }

  @Test
  void groupsOfInt4GainByFeedback() throws IOException {
    Calibrated found = calibrate(Profile.INT4, Target.PROFILE, true, Sparsity.NONE);

    assertThat(found.bitsPerWeight()).isLessThanOrEqualTo(4.1);
    assertThat(quality(found).corpora().get(0).quality().cosineMean())
        .isGreaterThanOrEqualTo(0.972);
  }

  @Test
  void weightsThatInputsNeedLeastArePruned() throws IOException {
    Calibrated found = calibrate(Profile.INT4, Target.PROFILE, true, Sparsity.pattern(2, 4));

    Calibrated.EncodedTensor product = found.tensors().get("onnx::MatMul_949");
    assertThat((double) product.zeros() / product.elements()).isBetween(0.5, 0.7);
  }

  @Test
  void stepsAloneAreSearchedForASize() throws IOException {
    long wanted = 9_000_000;
    Calibrated found = calibrate(Profile.ENTROPY, Target.bytes(wanted), false, Sparsity.NONE);

    assertThat(found.bytes()).isBetween(wanted * 95 / 100, wanted);
  }

  @Test
  void whatIsNoSentenceEncoderIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    for (int i = 0; i < 200; i++) {
      bytes[i] = 1;
    }
    Path damaged = Files.write(folder.resolve("damaged.onnx"), bytes);
    assertThatThrownBy(
            () ->
                Calibrator.run(
                    request(damaged, Profile.ENTROPY, Target.PROFILE, true, Sparsity.NONE),
                    (step, done, total, unit) -> {}))
        .isInstanceOf(InvalidInputException.class);
  }
}
