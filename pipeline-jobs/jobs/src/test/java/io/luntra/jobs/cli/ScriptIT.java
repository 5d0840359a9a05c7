package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.translate.NoopTranslator;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All-MiniLM-L6-v2 as TorchScript that libtorch wrote, held against its original by running it. */
@Timeout(240)
class ScriptIT {
  private static final long[] TOKENS = {101, 2023, 2003, 1037, 3231, 102};

  @TempDir private Path folder;
  private Devnet devnet;
  private ModelUser user;

  @BeforeEach
  void start() {
    devnet = ModelUser.devnet();
    user = new ModelUser(devnet, folder, 0);
  }

  @AfterEach
  void stop() {
    devnet.close();
  }

  private JsonNode published(Path model, String name, String profile, String... more)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(more));
    all.add("--json");
    CommandRun run = user.publish(model, name, profile, all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.json().at("/releases/0");
  }

  /** On text of ours, by its tokenizer. */
  @Test
  void aScriptIsRunWhereTheUserAsksForIt() throws Exception {
    Path model = folder.resolve("minilm.pt");
    saved(MiniLmScript.bytes(MiniLmScript.Head.VECTORS), model);
    Files.copy(MiniLm.TOKENIZER, folder.resolve("minilm-tokenizer.json"));

    JsonNode release =
        published(model, "st/script@1", "int4", "--run-torchscript", "--keep-quality", "0.95");
    JsonNode result = release.at("/quality/artifacts/0/result");
    assertThat(result.get("kind").asText()).isEqualTo("embedding");
    assertThat(result.get("score").doubleValue()).isBetween(0.95, 0.99);
    assertThat(result.get("sets")).hasSize(2);

    user.told("fetch", "st/script@1", "--out", folder.resolve("out").toString());
    Path fetched = folder.resolve("out").resolve(model.getFileName());
    assertThat(Files.mismatch(model, fetched)).isNotEqualTo(-1);
    float[] before = hidden(model);
    assertThat(Vectors.cosine(before, hidden(fetched))).isBetween(0.9, 0.99);
    assertThat(Vectors.cosine(before, hiddenOfOnnx())).isGreaterThan(0.99999);
  }

  /** With scores of all words at each token: what generators give. */
  @Test
  void logitsOfAScriptAreComparedAsDistributions() throws Exception {
    Path model = folder.resolve("words.pt");
    saved(MiniLmScript.bytes(MiniLmScript.Head.WORDS), model);
    JsonNode release =
        published(
            model,
            "st/words@1",
            "int8",
            "--dry-run",
            "--run-torchscript",
            "--tokenizer",
            MiniLm.TOKENIZER.toString());
    JsonNode result = release.at("/quality/artifacts/0/result");
    assertThat(result.get("kind").asText()).isEqualTo("language-model");
    assertThat(result.get("sets")).hasSize(2);
    // Not all of the 320: a token's scores are 122 kB, and what is kept of them has a bound.
    assertThat(result.at("/sets/0/samples").intValue()).isBetween(20, 200);
    JsonNode quality = result.at("/sets/0/quality");
    assertThat(quality.get("score").doubleValue()).isBetween(0.8, 1.0);
    assertThat(quality.get("klDivergence").doubleValue()).isBetween(1e-7, 0.05);
  }

  @Test
  void whatScriptsCallLogitsIsThatOfAClassifier() throws Exception {
    Path model = folder.resolve("classes.pt");
    saved(MiniLmScript.bytes(MiniLmScript.Head.CLASSES), model);
    JsonNode release =
        published(
            model,
            "st/classes@1",
            "int4",
            "--dry-run",
            "--run-torchscript",
            "--tokenizer",
            MiniLm.TOKENIZER.toString());
    JsonNode result = release.at("/quality/artifacts/0/result");
    assertThat(result.get("kind").asText()).isEqualTo("classifier");
    JsonNode set = result.at("/sets/0");
    assertThat(set.get("samples").intValue()).isEqualTo(320);
    assertThat(set.at("/quality/score").doubleValue()).isBetween(0.5, 0.9999);
    assertThat(set.at("/quality/klDivergence").doubleValue()).isBetween(1e-7, 0.5);
  }

  /** Loads a script and saves it, as DJL does. */
  private static void saved(byte[] script, Path file) throws Exception {
    System.setProperty("ai.djl.offline", "true");
    String name = file.getFileName().toString();
    try (Model model = Model.newInstance(name.substring(0, name.indexOf('.')), "PyTorch")) {
      model.load(new ByteArrayInputStream(script));
      try (OutputStream out = Files.newOutputStream(file)) {
        JniUtils.writeModule((PtSymbolBlock) model.getBlock(), out, false);
      }
    }
  }

  private static float[] hidden(Path script) throws Exception {
    try (Model model = Model.newInstance("script", "PyTorch");
        InputStream in = Files.newInputStream(script)) {
      model.load(in);
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
          NDManager manager = NDManager.newBaseManager("PyTorch")) {
        NDArray ids = manager.create(TOKENS).reshape(1, -1);
        NDList inputs = new NDList(ids, ids.onesLike(), ids.zerosLike());
        return predictor.predict(inputs).singletonOrThrow().toFloatArray();
      }
    }
  }

  private static float[] hiddenOfOnnx() throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {1, TOKENS.length};
    LongBuffer ones = LongBuffer.wrap(LongStream.generate(() -> 1).limit(6).toArray());
    try (OrtSession session = environment.createSession(MiniLm.MODEL.toString());
        OnnxTensor ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(TOKENS), shape);
        OnnxTensor mask = OnnxTensor.createTensor(environment, ones, shape);
        OnnxTensor types =
            OnnxTensor.createTensor(environment, LongBuffer.allocate(TOKENS.length), shape);
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[found.remaining()];
      found.get(values);
      return values;
    }
  }
}
