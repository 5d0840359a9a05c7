package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a script that torch wrote: a table of 50 rows, a linear layer, a norm. */
final class ScriptOutputsTest {
  private static final Path GOLDEN =
      Path.of("../../connectors/model-files/src/test/resources/io/luntra/modelfiles/golden");

  @TempDir Path folder;
  private Path model;
  private ArtifactLayout layout;

  @BeforeEach
  void open() throws IOException {
    model = GOLDEN.resolve("script.pt");
    layout =
        ModelFiles.layout(
                new org.apache.flink.core.fs.Path(model.toAbsolutePath().toUri()),
                ReaderOptions.DEFAULTS)
            .layouts()
            .get(0);
  }

  private QualityGate gate(List<EvaluationSet> sets) throws IOException {
    return QualityGate.of(
        new RunnableModel(List.of(model), List.of(layout), ModelRuntime.ofScript(List.of("input"))),
        Optional.empty(),
        EmbeddingOptions.defaults(),
        sets);
  }

  /** Six samples of four numbers each. */
  private List<EvaluationSet> samples(String type) throws IOException {
    ByteBuffer values = ByteBuffer.allocate(6 * 4 * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; values.hasRemaining(); i += 2) {
      if (type.equals("<i8")) {
        values.putLong(i);
      } else {
        values.putDouble(i);
      }
    }
    String header = "{'descr': '%s', 'fortran_order': False, 'shape': (6, 4), }".formatted(type);
    Path file =
        ArrayFileTest.write(
            folder.resolve("samples.npz"),
            Map.of("input.npy", ArrayFileTest.array(header, values.array())));
    return List.of(EvaluationSet.of("samples", ArrayFile.read(file)));
  }

  @Test
  void whatItGivesIsHeldAgainstTheOriginal() throws IOException {
    QualityGate gate = gate(samples("<i8"));
    GateResult same = gate.check(List.of(model), 1);
    assertThat(same.passed()).isTrue();
    assertThat(same.kind()).isEqualTo("other");
    assertThat(same.sets()).extracting(GateResult.SetQuality::samples).containsExactly(6);

    byte[] bytes = Files.readAllBytes(model);
    Section table =
        layout.sections().stream()
            .filter(section -> section.tensor() != null)
            .filter(section -> section.tensor().shape().equals(List.of(50L, 16L)))
            .findFirst()
            .orElseThrow();
    Arrays.fill(bytes, (int) table.offset(), (int) table.end(), (byte) 0);
    GateResult worse = gate.check(List.of(Files.write(folder.resolve("bad.pt"), bytes)), 0.9);
    assertThat(worse.passed()).isFalse();
    assertThat(worse.hurting())
        .extracting(GateResult.HurtingTensor::name)
        .containsExactly(table.tensor().name());
  }

  @Test
  void withoutSamplesThereIsNothingToRunItOn() {
    assertThatThrownBy(() -> gate(EvaluationSet.corpora()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "Input input: a script does not say its shape; give samples with an array for each of"
                + " [input]");
  }

  @Test
  void whatLibtorchRefusesIsSaidInOneLine() throws IOException {
    assertThatThrownBy(() -> gate(samples("<f8")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            "libtorch cannot run the model: RuntimeError: Expected tensor for argument #1 'indices'")
        .hasMessageNotContaining("\n");

    QualityGate gate = gate(samples("<i8"));
    Path none = Files.write(folder.resolve("none.pt"), new byte[] {'P', 'K', 3, 4});
    assertThatThrownBy(() -> gate.check(List.of(none), 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("libtorch cannot load the model: ")
        .hasMessageNotContaining("\n");
  }
}
