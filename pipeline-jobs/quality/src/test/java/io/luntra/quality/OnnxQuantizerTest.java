package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.onnx.OnnxQuantizer;
import io.luntra.modelfiles.onnx.OnnxQuantizer.Form;
import io.luntra.modelfiles.onnx.OnnxQuantizer.Quantized;
import io.luntra.modelfiles.onnx.OnnxQuantizer.Weight;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models with integer weights, run by ONNX Runtime: on all-MiniLM-L6-v2. */
final class OnnxQuantizerTest {
  @TempDir static Path folder;
  private static Path model;
  private static Path tokenizer;

  @BeforeAll
  static void copy() throws IOException {
    model = copied("/all-minilm-l6-v2.onnx");
    tokenizer = copied("/all-minilm-l6-v2-tokenizer.json");
  }

  private static Path copied(String resource) throws IOException {
    Path file = folder.resolve(resource.substring(1));
    try (InputStream in = OnnxQuantizerTest.class.getResourceAsStream(resource)) {
      Files.copy(in, file);
    }
    return file;
  }

  private static ArtifactLayout layout(Path file) throws IOException {
    return ModelFiles.layout(
            new org.apache.flink.core.fs.Path(file.toUri()), ReaderOptions.DEFAULTS)
        .layouts()
        .get(0);
  }

  private static List<GateResult.SetQuality> quality(Path original, byte[] candidate)
      throws IOException {
    Path file = Files.write(folder.resolve("candidate.onnx"), candidate);
    return QualityGate.of(
            new RunnableModel(List.of(original), List.of(layout(original)), ModelRuntime.ONNX),
            Optional.of(tokenizer),
            EmbeddingOptions.defaults(),
            EvaluationSet.corpora().stream().map(set -> set.first(24)).toList())
        .check(List.of(file), 0)
        .sets();
  }

  /**
   * The model with its matrices on a grid of 8 bits for each row, as the profile int8 leaves it.
   */
  private static Path onRowGrids() throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (Section section : layout(model).sections()) {
      if (section.tensor() == null
          || section.tensor().dtype() != DataType.FP32
          || section.tensor().shape().size() != 2) {
        continue;
      }
      int columns = (int) section.tensor().rowElements();
      for (int row = (int) section.offset(); row < section.end(); row += columns * Float.BYTES) {
        float most = 0;
        for (int i = 0; i < columns; i++) {
          most = Math.max(most, Math.abs(values.getFloat(row + i * Float.BYTES)));
        }
        float step = most / 127;
        for (int i = 0; step > 0 && i < columns; i++) {
          int at = row + i * Float.BYTES;
          values.putFloat(at, Math.round(values.getFloat(at) / step) * step);
        }
      }
    }
    return Files.write(folder.resolve("grids.onnx"), bytes);
  }

  @Test
  void int8IsAQuarterAndAsGood() throws IOException {
    Quantized quantized = OnnxQuantizer.quantize(model, Form.INT8, ReaderOptions.DEFAULTS);

    assertThat(quantized.model().length).isLessThan((int) (0.26 * Files.size(model)));
    assertThat(quantized.weights()).noneMatch(Weight::exact);
    assertThat(quantized.weights()).hasSizeGreaterThan(36);
    assertThat(quality(model, quantized.model()))
        .allMatch(set -> set.quality().score() > 0.997)
        .anyMatch(set -> set.quality().score() > 0.998);
  }

  @Test
  void weightsOnGridsKeepTheirValues() throws IOException {
    Path grids = onRowGrids();
    Quantized quantized = OnnxQuantizer.quantize(grids, Form.INT8, ReaderOptions.DEFAULTS);

    assertThat(quantized.weights()).allMatch(Weight::exact);
    assertThat(quantized.weights()).allMatch(weight -> weight.form().equals("int8 by rows"));
    assertThat(quality(grids, quantized.model())).allMatch(set -> set.quality().score() > 0.999999);
  }

  @Test
  void int4IsASixthAndRuns() throws IOException {
    Quantized quantized = OnnxQuantizer.quantize(model, Form.INT4, ReaderOptions.DEFAULTS);

    assertThat(quantized.model().length).isLessThan((int) (0.17 * Files.size(model)));
    // Rounded from floats; what is published with int4 is calibrated, and keeps its values.
    assertThat(quality(model, quantized.model())).allMatch(set -> set.quality().score() > 0.85);
  }

  @Test
  void theSameBytesEachTime() throws IOException {
    byte[] first = OnnxQuantizer.quantize(model, Form.INT8, ReaderOptions.DEFAULTS).model();
    byte[] second = OnnxQuantizer.quantize(model, Form.INT8, ReaderOptions.DEFAULTS).model();
    assertThat(first).isEqualTo(second);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.onnx"), "text");
    assertThatThrownBy(() -> OnnxQuantizer.quantize(text, Form.INT8, ReaderOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("text.onnx");
  }
}
