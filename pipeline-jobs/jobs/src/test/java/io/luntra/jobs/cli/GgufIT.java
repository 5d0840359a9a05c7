package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import io.luntra.jobs.GgufFile;
import io.luntra.quality.EmbeddingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sentence encoder as GGUF: published, fetched back, and run by llama.cpp. */
@Timeout(300)
class GgufIT {
  /** Of the first 8,000 tokens. */
  private static final List<String> SENTENCES =
      List.of(
          "Models of languages are published in small pieces.",
          "The river was high, and no boat came home before night.",
          "Isn't the museum open tomorrow? He undid the lock!");

  private static final int COMMON_TOKENS = 8_000;
  private static final int TENSORS = 5 + 6 * 16;

  @TempDir Path folder;

  private static Devnet devnet;
  private static float[][] expected;

  @BeforeAll
  static void start(@TempDir Path natives) throws Exception {
    assumeTrue(LlamaCpp.isAtHand(natives), "not run: llama.cpp needs libgomp and AVX2");
    try (EmbeddingModel model = EmbeddingModel.open(MiniLm.MODEL, MiniLm.TOKENIZER)) {
      expected = model.embed(SENTENCES);
    }
    assertThat(Vectors.cosine(expected[0], expected[1])).isLessThan(0.5);
    devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1));
  }

  @AfterAll
  static void stop() {
    if (devnet != null) {
      devnet.close();
    }
  }

  @Test
  void halfPrecisionIsQuantizedAndRuns() throws Exception {
    Path model = MiniLm.writeGguf(folder.resolve("f16.gguf"), GgufFile.Type.F16, MiniLm.TOKENS);
    float[][] original = embedded(model);
    assertClose(original, expected, 0.99999);

    Path fetched = fetched(model, "gguf/f16@1", "int8", "FP16");
    assertThat(Files.size(fetched)).isEqualTo(Files.size(model));
    float[][] restored = embedded(fetched);
    assertClose(restored, original, 0.999);
    assertThat(Arrays.deepEquals(restored, original)).isFalse();
  }

  /** With the common part of the vocabulary, since KZG takes most of the time. */
  @Test
  void quantizedBlocksComeBackByteForByteAndRun() throws Exception {
    Path model = MiniLm.writeGguf(folder.resolve("q8_0.gguf"), GgufFile.Type.Q8_0, COMMON_TOKENS);
    float[][] original = embedded(model);
    assertClose(original, expected, 0.999);

    Path fetched = fetched(model, "gguf/q8_0@1", "lossless", "Q8_0");
    assertThat(Files.mismatch(model, fetched)).isEqualTo(-1);
    assertThat(embedded(fetched)).isDeepEqualTo(original);
  }

  /** Publishes a model whose matrices are of this type, and fetches it. */
  private Path fetched(Path model, String name, String profile, String matrices)
      throws IOException {
    ModelUser user = new ModelUser(devnet, folder, 0);
    CommandRun run = user.publish(model, name, profile);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode tensors = user.told("show", name).at("/artifacts/0/tensors");
    assertThat(tensors).hasSize(TENSORS);
    assertThat(tensors.findValuesAsText("dtype")).contains("FP32", matrices).hasSize(TENSORS);
    user.told("fetch", name, "--out", folder.resolve("out").toString());
    return folder.resolve("out").resolve(model.getFileName());
  }

  private float[][] embedded(Path model) throws IOException, InterruptedException {
    return LlamaCpp.embed(model, SENTENCES, folder);
  }

  private static void assertClose(float[][] found, float[][] like, double least) {
    for (int i = 0; i < like.length; i++) {
      assertThat(Vectors.cosine(found[i], like[i])).as(SENTENCES.get(i)).isGreaterThan(least);
    }
  }
}
