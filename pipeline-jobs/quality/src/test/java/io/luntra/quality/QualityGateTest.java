package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On all-MiniLM-L6-v2, with a few sentences of each corpus. */
final class QualityGateTest {
  private static final String HURT = "encoder.layer.3.attention.output.dense.bias";

  @TempDir static Path folder;
  private static Path model;
  private static Path tokenizer;
  private static ArtifactLayout layout;
  private static QualityGate gate;

  @BeforeAll
  static void open() throws IOException {
    model = copied("/all-minilm-l6-v2.onnx");
    tokenizer = copied("/all-minilm-l6-v2-tokenizer.json");
    layout =
        ModelFiles.layout(
                List.of(new org.apache.flink.core.fs.Path(model.toUri())), ReaderOptions.DEFAULTS)
            .layouts()
            .get(0);
    gate = gate(Optional.of(tokenizer));
  }

  private static QualityGate gate(Optional<Path> words) throws IOException {
    return QualityGate.of(
        new RunnableModel(List.of(model), List.of(layout), ModelRuntime.ONNX),
        words,
        EmbeddingOptions.defaults(),
        EvaluationSet.corpora().stream().map(set -> set.first(24)).toList());
  }

  private static Path copied(String resource) throws IOException {
    Path file = folder.resolve(resource.substring(1));
    try (InputStream in = QualityGateTest.class.getResourceAsStream(resource)) {
      Files.copy(in, file);
    }
    return file;
  }

  /** The model with one tensor's values replaced. */
  private static Path damaged(String tensor, float value) throws IOException {
    byte[] bytes = Files.readAllBytes(model);
    Section section =
        layout.sections().stream()
            .filter(s -> s.tensor() != null && s.tensor().name().equals(tensor))
            .findFirst()
            .orElseThrow();
    ByteBuffer values =
        ByteBuffer.wrap(bytes, (int) section.offset(), (int) section.length())
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; values.remaining() >= Float.BYTES; i++) {
      values.putFloat(i % 2 == 0 ? value : -value);
    }
    return Files.write(folder.resolve("damaged.onnx"), bytes);
  }

  @Test
  void theOriginalPassesAnything() throws IOException {
    GateResult result = gate.check(List.of(model), 0.999999);

    assertThat(result.passed()).isTrue();
    assertThat(result.kind()).isEqualTo("embedding");
    assertThat(result.sets()).extracting(GateResult.SetQuality::samples).containsExactly(24, 24);
    assertThat(result.hurting()).isEmpty();
  }

  @Test
  void itAgreesWithTheEmbeddingsOfTheWholeModel() throws IOException {
    Path candidate = damaged(HURT, 0.3f);
    double score = gate.check(List.of(candidate), 0).sets().get(0).quality().score();
    List<String> sentences = Corpus.TECHNICAL.sentences().subList(0, 24);
    try (EmbeddingModel first = EmbeddingModel.open(model, tokenizer);
        EmbeddingModel second = EmbeddingModel.open(candidate, tokenizer)) {
      double expected =
          EmbeddingQuality.compare(first.embed(sentences), second.embed(sentences)).cosineMean();
      assertThat(score).isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-5));
    }
  }

  @Test
  void namesTheTensorThatHurts() throws IOException {
    GateResult result = gate.check(List.of(damaged(HURT, 1)), 0.99);

    assertThat(result.passed()).isFalse();
    assertThat(result.score()).isLessThan(0.99);
    assertThat(result.hurting()).first().extracting(GateResult.HurtingTensor::name).isEqualTo(HURT);
    assertThat(result.hurting().get(0).gain()).isPositive();
  }

  @Test
  void withoutWordsInputsAreMadeUp() throws IOException {
    QualityGate made = gate(Optional.empty());
    assertThat(made.check(List.of(model), 0.9999).sets())
        .singleElement()
        .satisfies(set -> assertThat(set.set()).isEqualTo("made-up inputs"))
        .satisfies(set -> assertThat(set.samples()).isEqualTo(32));
    assertThat(made.check(List.of(damaged(HURT, 1)), 0.99).passed()).isFalse();
  }

  @Test
  void arraysAreRunAsTheyAre() throws IOException {
    ByteBuffer ids = ByteBuffer.allocate(8 * 6 * 8).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer ones = ByteBuffer.allocate(8 * 6 * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 48; i++) {
      ids.putLong(1000 + 37 * i);
      ones.putLong(1);
    }
    String header = "{'descr': '<i8', 'fortran_order': False, 'shape': (8, 6), }";
    Path arrays =
        ArrayFileTest.write(
            folder.resolve("tokens.npz"),
            Map.of(
                "input_ids.npy", ArrayFileTest.array(header, ids.array()),
                "attention_mask.npy", ArrayFileTest.array(header, ones.array()),
                "token_type_ids.npy", ArrayFileTest.array(header, new byte[8 * 6 * 8])));
    QualityGate own =
        QualityGate.of(
            new RunnableModel(List.of(model), List.of(layout), ModelRuntime.ONNX),
            Optional.empty(),
            EmbeddingOptions.defaults(),
            List.of(EvaluationSet.of("samples", ArrayFile.read(arrays))));
    assertThat(own.check(List.of(model), 0.9999).sets())
        .singleElement()
        .satisfies(set -> assertThat(set.set()).isEqualTo("samples"))
        .satisfies(set -> assertThat(set.samples()).isEqualTo(8));
    GateResult hurt = own.check(List.of(damaged(HURT, 1)), 0.99);
    assertThat(hurt.passed()).isFalse();
    assertThat(hurt.hurting()).first().extracting(GateResult.HurtingTensor::name).isEqualTo(HURT);

    Path other =
        ArrayFileTest.write(
            folder.resolve("other.npz"),
            Map.of("pixels.npy", ArrayFileTest.array(header, ids.array())));
    assertThatThrownBy(
            () ->
                QualityGate.of(
                    new RunnableModel(List.of(model), List.of(layout), ModelRuntime.ONNX),
                    Optional.empty(),
                    EmbeddingOptions.defaults(),
                    List.of(EvaluationSet.of("samples", ArrayFile.read(other)))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "Samples for inputs [pixels]: it is run with [attention_mask, input_ids");
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Path none = Files.write(folder.resolve("none.onnx"), new byte[] {1, 2, 3});
    assertThatThrownBy(() -> gate.check(List.of(none), 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ONNX Runtime cannot load the model");
  }
}
