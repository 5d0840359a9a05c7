package io.luntra.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On all-MiniLM-L6-v2, in FP32 and as ONNX Runtime's quantizer made it INT8. */
final class EmbeddingModelTest {
  @TempDir static Path directory;
  private static Path modelFile;
  private static Path quantizedFile;
  private static Path tokenizerFile;
  private static EmbeddingModel model;

  @BeforeAll
  static void open() throws IOException {
    modelFile = copied("/all-minilm-l6-v2.onnx");
    quantizedFile = copied("/all-minilm-l6-v2-q.onnx");
    tokenizerFile = copied("/all-minilm-l6-v2-tokenizer.json");
    model = EmbeddingModel.open(modelFile, tokenizerFile);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void paraphrasesAreNearerThanUnrelatedSentences() {
    float[][] e =
        model.embed(
            List.of(
                "A man is playing a guitar on the street.",
                "Someone makes music with a guitar outdoors.",
                "The central bank raised its interest rates again.",
                "Borrowing money became more expensive after the bank's decision.",
                "Whales are mammals that live in the ocean."));

    double guitars = cosine(e[0], e[1]);
    double rates = cosine(e[2], e[3]);
    assertThat(guitars).isGreaterThan(0.5);
    assertThat(rates).isGreaterThan(0.4);
    for (int[] unrelated : new int[][] {{0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {2, 4}, {3, 4}}) {
      assertThat(cosine(e[unrelated[0]], e[unrelated[1]])).isLessThan(Math.min(guitars, rates) / 2);
    }
  }

  @Test
  void embeddingsAreUnitVectorsInTheOrderGiven() {
    List<String> sentences = new ArrayList<>(Corpus.PROSE.sentences().subList(0, 40));
    float[][] all = model.embed(sentences);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(7));
    float[][] shuffled = model.embed(order.stream().map(sentences::get).toList());

    assertThat(all).hasDimensions(40, 384);
    for (int i = 0; i < all.length; i++) {
      assertThat(cosine(all[i], all[i])).isCloseTo(1, within(1e-6));
      assertThat(shuffled[i]).containsExactly(all[order.get(i)], within(1e-5f));
      assertThat(model.embed(List.of(sentences.get(i)))[0]).containsExactly(all[i], within(1e-5f));
    }
    assertThat(model.embed(List.of())).isEmpty();
  }

  @Test
  void theSameCallGivesTheSameBits() {
    List<String> sentences = Corpus.TECHNICAL.sentences().subList(0, 40);

    assertThat(model.embed(sentences)).isDeepEqualTo(model.embed(sentences));
  }

  @Test
  void longTextIsCutAtTheTokenLimit() {
    String limit = String.join(" ", Collections.nCopies(254, "word"));
    float[][] e = model.embed(List.of(limit, limit + " and then something else", limit + " again"));

    assertThat(e[1]).isEqualTo(e[0]);
    assertThat(e[2]).isEqualTo(e[0]);
    assertThat(model.embed(List.of(limit.substring(5)))[0]).isNotEqualTo(e[0]);
  }

  @Test
  void quantizedModelIsCloseToTheOriginalButNotTheSame() {
    CorpusEmbeddings reference = CorpusEmbeddings.by(model);
    QualityReport report;
    try (EmbeddingModel quantized = EmbeddingModel.open(quantizedFile, tokenizerFile)) {
      report = QualityReport.compare(reference, CorpusEmbeddings.by(quantized));
    }
    assertThat(report.corpora())
        .extracting(CorpusQuality::corpus)
        .containsExactly("technical", "prose");
    assertThat(report.corpora())
        .extracting(CorpusQuality::quality)
        .allSatisfy(
            quality -> {
              assertThat(quality.cosineMean()).isBetween(0.97, 0.9999);
              assertThat(quality.cosineMin()).isBetween(0.8, quality.cosineMean());
              assertThat(quality.nearestNeighbourAgreement()).isBetween(0.6, 0.99);
              assertThat(quality.similarityRmse()).isBetween(0.001, 0.05);
            });
    assertThat(QualityReport.compare(reference, reference).weakest())
        .isEqualTo(new EmbeddingQuality(1, 1, 1, 0));
  }

  @Test
  void refusesFilesItCannotUse() throws IOException {
    Path none = directory.resolve("none");
    assertThatThrownBy(() -> EmbeddingModel.open(none, tokenizerFile))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ONNX model")
        .hasMessageContaining(none.toString());
    assertThatThrownBy(() -> EmbeddingModel.open(modelFile, none))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Tokenizer");
    Path truncated = directory.resolve("truncated.onnx");
    Files.write(truncated, Arrays.copyOf(Files.readAllBytes(quantizedFile), 1 << 20));
    assertThatThrownBy(() -> EmbeddingModel.open(truncated, tokenizerFile))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(truncated.toString());
    Path broken = Files.writeString(directory.resolve("broken.json"), "{\"version\":");
    assertThatThrownBy(() -> EmbeddingModel.open(modelFile, broken))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(broken.toString());
    assertThatThrownBy(() -> EmbeddingOptions.defaults().withThreads(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("threads: expected 1 to 1024, found 0");
  }

  @Test
  void runsInAFreshHomeAndWritesOnlyToTheCacheDirectory() throws Exception {
    Path home = Files.createDirectory(directory.resolve("home"));
    Path cache = Files.createDirectory(directory.resolve("cache"));
    Path log = directory.resolve("log");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + home,
            // ONNX Runtime 1.29 overflows its stack over a long command line.
            "-Dluntra.filler=" + "a/b.jar:".repeat(8_000),
            "-DENGINE_CACHE_DIR=" + cache,
            "-cp",
            System.getProperty("java.class.path"),
            FreshProcess.class.getName(),
            quantizedFile.toString(),
            tokenizerFile.toString());
    command.environment().remove("ENGINE_CACHE_DIR");
    command.environment().remove("DJL_CACHE_DIR");
    // ONNX Runtime's telemetry, where it is built in, keeps its files below the environment's home
    // and is silent where it sees continuous integration.
    command.environment().put("HOME", home.toString());
    command.environment().remove("XDG_CACHE_HOME");
    command.environment().remove("CI");
    Process process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    String output = Files.readString(log, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("dimension 384");
    try (Stream<Path> written = Files.walk(home)) {
      assertThat(written.filter(Files::isRegularFile)).isEmpty();
    }
    assertThat(cache.resolve("tokenizers")).isDirectoryRecursivelyContaining("glob:**tokenizers.*");
  }

  /** The main class of a process of its own. */
  static final class FreshProcess {
    private FreshProcess() {}

    public static void main(String[] arguments) {
      try (EmbeddingModel model =
          EmbeddingModel.open(Path.of(arguments[0]), Path.of(arguments[1]))) {
        System.out.println(
            "dimension " + model.embed(List.of("One sentence is enough."))[0].length);
      }
    }
  }

  private static Path copied(String resource) throws IOException {
    Path copy = directory.resolve(resource.substring(1));
    try (InputStream in = EmbeddingModelTest.class.getResourceAsStream(resource)) {
      assertThat(in).as(resource).isNotNull();
      Files.copy(in, copy);
    }
    return copy;
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += (double) a[k] * b[k];
    }
    return sum;
  }
}
