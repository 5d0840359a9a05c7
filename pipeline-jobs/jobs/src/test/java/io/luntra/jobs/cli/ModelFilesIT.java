package io.luntra.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoopTranslator;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.devnet.Devnet;
import io.luntra.devnet.DevnetOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models as people have them, published and fetched back. */
@Timeout(120)
class ModelFilesIT {
  private static final String HEADER =
      """
      {"__metadata__":{"format":"pt"},\
      "w":{"dtype":"F32","shape":[64,96],"data_offsets":[0,24576]},\
      "h":{"dtype":"BF16","shape":[32,32],"data_offsets":[24576,26624]},\
      "f8":{"dtype":"F8_E4M3","shape":[16,16],"data_offsets":[26624,26880]},\
      "f6":{"dtype":"F6_E2M3","shape":[8,4],"data_offsets":[26880,26904]},\
      "f4":{"dtype":"F4","shape":[8,8],"data_offsets":[26904,26936]}}""";

  private static final Path GOLDEN =
      Path.of("../../connectors/model-files/src/test/resources/io/luntra/modelfiles/golden");

  private static Devnet devnet;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    devnet = Devnet.start(DevnetOptions.defaults().withPublishers(1));
  }

  @AfterAll
  static void stop() {
    devnet.close();
  }

  private static byte[] model(long seed) {
    byte[] header = HEADER.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + 26_936).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header);
    Random random = new Random(seed);
    for (int i = 0; i < 64 * 96; i++) {
      file.putFloat((float) random.nextGaussian());
    }
    for (int i = 0; i < 32 * 32; i++) {
      file.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
    }
    byte[] rest = new byte[26_936 - 26_624];
    random.nextBytes(rest);
    return file.put(rest).array();
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--rpc", devnet.rpcUrl(), "--beacon", devnet.beaconUrl()));
    all.addAll(List.of("--registry", devnet.registryAddress(), "--json"));
    CommandRun run = CommandRun.of(all);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }

  /** What was said of the release. */
  private JsonNode publish(Path model, String name, String profile, String... more)
      throws IOException {
    Path keys = Files.writeString(folder.resolve("keys"), devnet.publisherKeys().get(0));
    List<String> arguments = new ArrayList<>(List.of(more));
    arguments.addAll(
        0,
        List.of(
            "publish",
            model.toString(),
            "--name",
            name,
            "--profile",
            profile,
            "--key-file",
            keys.toString(),
            "--staging",
            folder.resolve("staging").toString(),
            "--journal",
            folder.resolve("journal").toString(),
            "--poll-seconds",
            "0.05",
            "--parallelism",
            "2"));
    return run(arguments.toArray(String[]::new)).json().at("/releases/0");
  }

  /** What a model file came back as. */
  private Path fetched(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      return files
          .filter(path -> path.getFileName().equals(model.getFileName()))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void aShardedModelComesBackByteForByte() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Files.write(model.resolve("model-00001-of-00002.safetensors"), model(1));
    byte[] second =
        new String(model(2), StandardCharsets.ISO_8859_1)
            .replace("\"w\":", "\"v\":")
            .getBytes(StandardCharsets.ISO_8859_1);
    Files.write(model.resolve("model-00002-of-00002.safetensors"), second);
    Path index =
        Files.writeString(
            model.resolve("model.safetensors.index.json"),
            """
            {"weight_map":{"w":"model-00001-of-00002.safetensors","v":"model-00002-of-00002.safetensors"}}
            """);
    publish(index, "st/sharded@1", "lossless");

    JsonNode shown = run("show", "st/sharded@1").json();
    assertThat(shown.get("artifacts")).hasSize(3);
    assertThat(shown.get("artifacts").get(1).get("tensors"))
        .extracting(tensor -> tensor.get("dtype").asText())
        .containsExactly("FP32", "BF16", "FP8_E4M3", "FP6_E2M3", "FP4_E2M1");

    run("fetch", "st/sharded@1", "--out", folder.resolve("out").toString());
    for (Path file :
        List.of(
            index,
            model.resolve("model-00001-of-00002.safetensors"),
            model.resolve("model-00002-of-00002.safetensors"))) {
      assertThat(Files.mismatch(file, fetched(file))).isEqualTo(-1);
    }
  }

  /** Restored weights in the same container: every byte that is of no matrix is as it was. */
  @Test
  void aQuantizedModelKeepsItsContainer() throws IOException {
    Path model = Files.write(folder.resolve("m.safetensors"), model(3));
    publish(model, "st/quantized@1", "int8");
    run("fetch", "st/quantized@1", "--out", folder.resolve("out").toString());
    Path fetched = fetched(model);
    byte[] before = Files.readAllBytes(model);
    byte[] after = Files.readAllBytes(fetched);
    int values = 8 + HEADER.length();
    int rest = values + 26_624;
    assertThat(after).hasSameSizeAs(before);
    assertThat(Arrays.copyOf(after, values)).isEqualTo(Arrays.copyOf(before, values));
    assertThat(Arrays.copyOfRange(after, rest, after.length))
        .isEqualTo(Arrays.copyOfRange(before, rest, before.length));
    ByteBuffer original = ByteBuffer.wrap(before).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer restored = ByteBuffer.wrap(after).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(relativeError(original, restored, 64 * 96, i -> values + 4 * i, ByteBuffer::getInt))
        .isBetween(1e-4, 0.02);
    assertThat(
            relativeError(
                original,
                restored,
                32 * 32,
                i -> values + 24_576 + 2 * i,
                (bytes, at) -> bytes.getShort(at) << 16))
        .isBetween(1e-4, 0.02);
  }

  /** Root mean square of the differences, of that of the values. */
  private static double relativeError(
      ByteBuffer original,
      ByteBuffer restored,
      int elements,
      IntUnaryOperator place,
      ToIntBiFunction<ByteBuffer, Integer> bits) {
    double error = 0;
    double power = 0;
    for (int i = 0; i < elements; i++) {
      int at = place.applyAsInt(i);
      double was = Float.intBitsToFloat(bits.applyAsInt(original, at));
      error += Math.pow(Float.intBitsToFloat(bits.applyAsInt(restored, at)) - was, 2);
      power += was * was;
    }
    return Math.sqrt(error / power);
  }

  /** Matrices of all-MiniLM-L6-v2, in two files that DJL writes and reads. */
  @Test
  void aRealModelInShardsOfAnotherWriterIsReadByIt() throws IOException {
    System.setProperty("ai.djl.offline", "true");
    Path model = Files.createDirectory(folder.resolve("minilm"));
    Map<String, float[]> matrices = matrices();
    assertThat(matrices).hasSize(6);
    StringBuilder map = new StringBuilder();
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDList first = new NDList();
      NDList second = new NDList();
      for (Map.Entry<String, float[]> tensor : matrices.entrySet()) {
        NDArray array =
            manager.create(tensor.getValue(), new Shape(tensor.getValue().length / 384, 384));
        array.setName(tensor.getKey());
        boolean even = first.size() <= second.size();
        (even ? first : second).add(array);
        map.append(map.isEmpty() ? "" : ",")
            .append("\"%s\":\"%d.safetensors\"".formatted(tensor.getKey(), even ? 1 : 2));
      }
      Files.write(model.resolve("1.safetensors"), first.encode(NDList.Encoding.SAFETENSORS));
      Files.write(model.resolve("2.safetensors"), second.encode(NDList.Encoding.SAFETENSORS));
    }
    Files.writeString(
        model.resolve("model.safetensors.index.json"), "{\"weight_map\":{%s}}".formatted(map));

    publish(model, "st/minilm@1", "int8");
    Path out = folder.resolve("out");
    run("fetch", "st/minilm@1", "--out", out.toString());

    int found = 0;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (String file : List.of("1.safetensors", "2.safetensors")) {
        for (NDArray array : NDList.decode(manager, Files.readAllBytes(out.resolve(file)))) {
          float[] original = matrices.get(array.getName());
          float[] restored = array.toFloatArray();
          double error = 0;
          double power = 0;
          for (int i = 0; i < original.length; i++) {
            error += Math.pow(restored[i] - original[i], 2);
            power += Math.pow(original[i], 2);
          }
          assertThat(Math.sqrt(error / power)).as(array.getName()).isBetween(1e-4, 0.02);
          found++;
        }
      }
    }
    assertThat(found).isEqualTo(matrices.size());
  }

  private static Map<String, float[]> matrices() throws IOException {
    MiniLm model = new MiniLm();
    Map<String, float[]> matrices = new TreeMap<>();
    for (String tensor : new TreeSet<>(model.tensors())) {
      long[] shape = model.shape(tensor);
      if (Arrays.equals(shape, new long[] {384, 384}) && matrices.size() < 6) {
        matrices.put(tensor, model.values(tensor));
      }
    }
    return matrices;
  }

  /** Files that torch, safetensors and gguf wrote, with what belongs to them. */
  private Path releaseFolder() throws IOException {
    Path model = Files.createDirectory(folder.resolve("release"));
    try (Stream<Path> golden = Files.list(GOLDEN)) {
      for (Path file : golden.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    Files.writeString(model.resolve("config.json"), "{\"model_type\":\"test\"}");
    Files.writeString(model.resolve(".gitattributes"), "not part of it");
    Files.write(Files.createDirectory(model.resolve("extra")).resolve("voice.dat"), new byte[300]);
    return model;
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(file -> !file.startsWith("."))
          .sorted()
          .toList();
    }
  }

  @Test
  void aFolderComesBackFileByFile() throws IOException {
    Path model = releaseFolder();
    publish(model, "st/folder@1", "lossless");
    Path out = folder.resolve("out");
    run("fetch", "st/folder@1", "--out", out.toString());
    assertThat(files(out)).isEqualTo(files(model)).hasSize(9);
    for (String file : files(model)) {
      assertThat(Files.mismatch(model.resolve(file), out.resolve(file))).as(file).isEqualTo(-1);
    }
  }

  /** As download caches have it: names that link to where the bytes are kept. */
  @Test
  void linksArePublishedWhereTheUserAllowsTheirRoot() throws IOException {
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Path snapshot = Files.createDirectory(folder.resolve("snapshot"));
    Path stored = Files.write(blobs.resolve("5e1f"), model(5));
    Files.createSymbolicLink(snapshot.resolve("model.safetensors"), stored);
    List<String> command =
        List.of("inspect", snapshot.toString(), "--json", "--allow-root", blobs.toString());
    CommandRun refused = CommandRun.of(command.subList(0, 3));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("model.safetensors");
    assertThat(CommandRun.of(command).exitCode()).isZero();

    publish(snapshot, "st/links@1", "lossless", "--allow-root", blobs.toString());
    run("fetch", "st/links@1", "--out", folder.resolve("out").toString());
    assertThat(Files.mismatch(stored, fetched(Path.of("model.safetensors")))).isEqualTo(-1);
  }

  @Test
  void quantizedFilesOfPytorchAreLoadedByPytorch() throws Exception {
    Path model = releaseFolder();
    assertThat(publish(model, "st/quantized-folder@1", "int8").at("/notices").toString())
        .contains("script.pt was not run: it is TorchScript, a program, which --run-torchscript")
        .contains("it is neither ONNX nor TorchScript");
    Path out = folder.resolve("out");
    run("fetch", "st/quantized-folder@1", "--out", out.toString());
    for (String file : files(model)) {
      boolean changes = Stream.of(".pt", ".gguf", ".safetensors").anyMatch(file::endsWith);
      assertThat(Files.mismatch(model.resolve(file), out.resolve(file)) < 0)
          .as(file)
          .isEqualTo(!changes);
    }
    float[] before = embedded(model.resolve("script.pt"));
    float[] after = embedded(out.resolve("script.pt"));
    double difference = 0;
    for (int i = 0; i < before.length; i++) {
      difference = Math.max(difference, Math.abs(before[i] - after[i]));
    }
    assertThat(before).hasSize(4 * 24);
    assertThat(difference).isBetween(1e-6, 0.1);
  }

  /** A classifier of PaddleOCR, whose weights are constants of nodes: are lines upside down? */
  @Test
  void aConvolutionalNetworkIsQuantizedAndRuns() throws Exception {
    String name = "ch_ppocr_mobile_v2.0_cls_infer.onnx";
    Path model = folder.resolve(name);
    try (InputStream in = ModelFilesIT.class.getResourceAsStream("/models/" + name)) {
      Files.copy(in, model);
    }
    Path samples = samples();
    publish(model, "st/lines@1", "int8", "--keep-quality", "0.9", "--samples", samples.toString());
    JsonNode shown = run("show", "st/lines@1").json();
    assertThat(shown.get("artifacts").get(0).get("tensors")).hasSize(27);
    run("fetch", "st/lines@1", "--out", folder.resolve("out").toString());
    Path fetched = fetched(model);
    Path small = folder.resolve("small.onnx");
    CommandRun convert =
        CommandRun.of(
            List.of("convert", fetched.toString(), "--to", "int8", "--out", small.toString()));
    assertThat(convert.exitCode()).as(convert.err()).isZero();
    assertThat(convert.out()).contains("exact").doesNotContain("rounded");
    assertThat(Files.size(small)).isLessThan(Files.size(model) / 2);

    float[] original = classified(model);
    float[] restored = classified(fetched);
    float[] quantized = classified(small);
    for (int i = 0; i < original.length; i++) {
      assertThat(restored[i]).isCloseTo(original[i], within(0.05f));
      assertThat(quantized[i]).isCloseTo(restored[i], within(1e-4f));
    }
    assertThat(restored).isNotEqualTo(original);
  }

  /** Five lines of noise. */
  private Path samples() throws IOException {
    ByteBuffer lines = ByteBuffer.allocate(5 * 3 * 48 * 192 * 4).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(8);
    while (lines.hasRemaining()) {
      lines.putFloat((float) random.nextGaussian());
    }
    return npz(Map.of("x", array("<f4", "5, 3, 48, 192", lines)));
  }

  /** An array as NumPy keeps it. */
  private static byte[] array(String type, String shape, ByteBuffer values) {
    byte[] header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type, shape)
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer array =
        ByteBuffer.allocate(10 + header.length + values.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    array.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
    array.put((byte) 0).putShort((short) header.length).put(header);
    return array.put(values.rewind()).array();
  }

  private Path npz(Map<String, byte[]> arrays) throws IOException {
    Path file = folder.resolve("samples.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> array : new TreeMap<>(arrays).entrySet()) {
        zip.putNextEntry(new ZipEntry(array.getKey() + ".npy"));
        zip.write(array.getValue());
      }
    }
    return file;
  }

  /** Both classes' probabilities for eight lines of noise. */
  private static float[] classified(Path model) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Random random = new Random(4);
    FloatBuffer pixels = FloatBuffer.allocate(8 * 3 * 48 * 192);
    while (pixels.hasRemaining()) {
      pixels.put((float) random.nextGaussian());
    }
    try (OrtSession session = environment.createSession(model.toString());
        OnnxTensor images =
            OnnxTensor.createTensor(environment, pixels.flip(), new long[] {8, 3, 48, 192});
        OrtSession.Result result = session.run(Map.of("x", images))) {
      FloatBuffer found = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[found.remaining()];
      found.get(values);
      assertThat(values).hasSize(16);
      return values;
    }
  }

  /** Silero's voice activity detector: all its weights are in the two branches of an If. */
  @Test
  void aModelOfBranchesIsQuantizedAndRuns() throws Exception {
    Path model = voiceDetector("silero_vad_v5.onnx");
    publish(model, "st/voice@1", "int8", "--keep-quality", "0.9", "--samples", sounds().toString());
    JsonNode shown = run("show", "st/voice@1").json();
    assertThat(shown.get("artifacts").get(0).get("tensors")).hasSize(14);
    run("fetch", "st/voice@1", "--out", folder.resolve("out").toString());
    float[] original = voices(model, Map.of("state", new long[] {2, 1, 128}));
    float[] restored = voices(fetched(model), Map.of("state", new long[] {2, 1, 128}));
    assertClose(restored, original, 0.02f);
    assertThat(restored).isNotEqualTo(original);
  }

  /** Its predecessor, most of whose weights are the main graph's, and used in the branches. */
  @Test
  void whatBranchesUseIsConverted() throws Exception {
    Path model = voiceDetector("silero_vad_legacy.onnx");
    publish(model, "st/voice@0", "int8");
    run("fetch", "st/voice@0", "--out", folder.resolve("out").toString());
    Path fetched = fetched(model);
    Path small = folder.resolve("small.onnx");
    CommandRun convert =
        CommandRun.of(
            List.of("convert", fetched.toString(), "--to", "int8", "--out", small.toString()));
    assertThat(convert.exitCode()).as(convert.err()).isZero();
    assertThat(convert.out()).contains("exact").doesNotContain("rounded");
    assertThat(Files.size(small)).isLessThan(Files.size(model));

    Map<String, long[]> states = Map.of("h", new long[] {2, 1, 64}, "c", new long[] {2, 1, 64});
    float[] original = voices(model, states);
    float[] restored = voices(fetched, states);
    float[] quantized = voices(small, states);
    assertClose(restored, original, 0.03f);
    assertThat(restored).isNotEqualTo(original);
    assertClose(quantized, restored, 1e-4f);
  }

  private static void assertClose(float[] found, float[] expected, float error) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(error));
    }
  }

  private Path voiceDetector(String name) throws IOException {
    Path model = Path.of("src/test/npm/node_modules/@ricky0123/vad-web/dist", name);
    return Files.copy(model, folder.resolve(name));
  }

  /** 32 ms of something like a vowel, louder from sound to sound, in noise. */
  private static float[] sound(int number) {
    Random random = new Random(number);
    float[] sound = new float[512];
    for (int i = 0; i < sound.length; i++) {
      double phase = 2 * Math.PI * (120 + 10 * number) * i / 16_000;
      double value = 0.02 * random.nextGaussian();
      for (int harmonic = 1; harmonic < 12; harmonic++) {
        value += 0.03 * number / harmonic * Math.sin(harmonic * phase);
      }
      sound[i] = (float) value;
    }
    return sound;
  }

  private Path sounds() throws IOException {
    int count = 8;
    ByteBuffer input = ByteBuffer.allocate(count * 512 * 4).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer rates = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      for (float value : sound(i)) {
        input.putFloat(value);
      }
      rates.putLong(16_000);
    }
    return npz(
        Map.of(
            "input", array("<f4", "8, 512", input),
            "state", array("<f4", "8, 2, 1, 128", ByteBuffer.allocate(count * 256 * 4)),
            "sr", array("<i8", "8,", rates)));
  }

  /** How likely each of some sounds is a voice, each heard by itself. */
  private static float[] voices(Path model, Map<String, long[]> states) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    float[] voices = new float[8];
    try (OrtSession session = environment.createSession(model.toString())) {
      for (int i = 0; i < voices.length; i++) {
        Map<String, OnnxTensor> inputs = new TreeMap<>();
        inputs.put("input", OnnxTensor.createTensor(environment, new float[][] {sound(i)}));
        inputs.put("sr", OnnxTensor.createTensor(environment, 16_000L));
        for (Map.Entry<String, long[]> state : states.entrySet()) {
          int size = (int) Arrays.stream(state.getValue()).reduce(1, (a, b) -> a * b);
          inputs.put(
              state.getKey(),
              OnnxTensor.createTensor(environment, FloatBuffer.allocate(size), state.getValue()));
        }
        try (OrtSession.Result result = session.run(inputs)) {
          voices[i] = ((OnnxTensor) result.get("output").orElseThrow()).getFloatBuffer().get();
        }
        inputs.values().forEach(OnnxTensor::close);
      }
    }
    return voices;
  }

  /** What the golden script makes of four tokens, run by libtorch. */
  private static float[] embedded(Path script) throws Exception {
    System.setProperty("ai.djl.offline", "true");
    try (Model model = Model.newInstance("script", "PyTorch")) {
      model.load(script.getParent(), "script.pt");
      try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator());
          NDManager manager = NDManager.newBaseManager("PyTorch");
          NDArray tokens = manager.create(new long[] {0, 7, 20, 49})) {
        return predictor.predict(new NDList(tokens)).singletonOrThrow().toFloatArray();
      }
    }
  }
}
