package io.luntra.jobs.convert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.codec.ChunkDecoder;
import io.luntra.codec.ChunkEncoder;
import io.luntra.codec.FloatType;
import io.luntra.codec.Profile;
import io.luntra.codec.TensorSettings;
import io.luntra.failure.InvalidInputException;
import io.luntra.jobs.convert.SafetensorsConverter.Tensor;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.safetensors.SafetensorsReader;
import io.luntra.release.Section;
import io.luntra.tensor.ChunkShape;
import io.luntra.tensor.TensorRole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsConverterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LAYER = "model.layers.0.mlp.up.weight";
  private static final String TABLE = "model.embed_tokens.weight";
  private static final String ODD = "model.odd.weight";
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";
  private static final int ROWS = 48;
  private static final int COLUMNS = 96;

  @TempDir Path folder;

  private static byte[] gaussian(FloatType type, int elements, long seed) {
    Random random = new Random(seed);
    ByteBuffer floats = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      floats.putFloat((float) (random.nextGaussian() * 0.05));
    }
    byte[] raw = new byte[elements * type.width()];
    type.narrow(floats.array(), raw);
    return raw;
  }

  /** What a release of a profile gives back for a matrix of the layer's shape. */
  private static byte[] released(FloatType type, Profile profile) {
    byte[] raw = gaussian(type, ROWS * COLUMNS, 1);
    TensorSettings settings = TensorSettings.of(profile, type.dataType(), 2, TensorRole.OTHER);
    try (ChunkEncoder encoder = ChunkEncoder.create();
        ChunkDecoder decoder = ChunkDecoder.create()) {
      byte[] encoded =
          encoder.encode(new ChunkShape(type.dataType(), 2, COLUMNS), raw, null, settings);
      return decoder.decode(encoded, 0, encoded.length, raw.length, null);
    }
  }

  /** A tensor's shape and values. */
  private record Values(FloatType type, List<Integer> shape, byte[] raw) {}

  private static void write(Path file, Map<String, Values> tensors) throws IOException {
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    ByteArrayOutputStream values = new ByteArrayOutputStream();
    tensors.forEach(
        (name, tensor) -> {
          int begin = values.size();
          values.writeBytes(tensor.raw());
          String word = tensor.type() == FloatType.BF16 ? "BF16" : "F" + 8 * tensor.type().width();
          header.append(
              ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(name, word, tensor.shape(), begin, values.size()));
        });
    byte[] json = header.append('}').toString().getBytes(UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + json.length + values.size()).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(json.length).put(json).put(values.toByteArray());
    Files.write(file, all.array());
  }

  /** A folder in two files, with the layer's values. */
  private Path model(FloatType type, byte[] layer) throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    Map<String, Values> first = new LinkedHashMap<>();
    first.put(TABLE, new Values(type, List.of(64, 64), gaussian(type, 64 * 64, 2)));
    first.put("model.norm.weight", new Values(type, List.of(96), gaussian(type, 96, 3)));
    Map<String, Values> second = new LinkedHashMap<>();
    second.put(LAYER, new Values(type, List.of(ROWS, COLUMNS), layer));
    second.put(ODD, new Values(type, List.of(64, 33), gaussian(type, 64 * 33, 4)));
    write(model.resolve(FIRST), first);
    write(model.resolve(SECOND), second);
    Files.writeString(
        model.resolve("model.safetensors.index.json"),
        """
        {"metadata":{"total_size":1},"weight_map":{
        "model.embed_tokens.weight":"model-00001-of-00002.safetensors",
        "model.norm.weight":"model-00001-of-00002.safetensors",
        "model.layers.0.mlp.up.weight":"model-00002-of-00002.safetensors",
        "model.odd.weight":"model-00002-of-00002.safetensors"}}
        """);
    Files.writeString(model.resolve("config.json"), "{\"model_type\":\"llama\",\"x\":[1.50]}");
    Files.writeString(model.resolve("tokenizer.json"), "{}");
    return model;
  }

  /** The tensors of a file by our own reader. */
  private static Map<String, byte[]> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Map<String, byte[]> tensors = new LinkedHashMap<>();
    for (Section section :
        SafetensorsReader.layout(
                new org.apache.flink.core.fs.Path(file.toUri()), "x", ReaderOptions.DEFAULTS)
            .sections()) {
      if (section.tensor() != null) {
        tensors.put(
            section.tensor().name(),
            Arrays.copyOfRange(bytes, (int) section.offset(), (int) section.end()));
      }
    }
    return tensors;
  }

  private static float[] floats(FloatType type, byte[] raw) {
    float[] values = new float[raw.length / type.width()];
    ByteBuffer.wrap(type.widen(raw)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  @ParameterizedTest
  @EnumSource(names = {"FP32", "FP16", "BF16"})
  void everyTensorGetsTheTypeThatIsAskedFor(SafetensorsForm form) throws IOException {
    FloatType from = form == SafetensorsForm.FP32 ? FloatType.BF16 : FloatType.FP32;
    byte[] layer = gaussian(from, ROWS * COLUMNS, 1);
    Path out = folder.resolve("out");

    List<Tensor> changed =
        SafetensorsConverter.convert(model(from, layer), form, out, ReaderOptions.DEFAULTS);

    assertThat(changed).hasSize(4);
    assertThat(changed).allMatch(tensor -> tensor.exact() == (form == SafetensorsForm.FP32));
    float[] original = floats(from, layer);
    float[] values = floats(form.type().orElseThrow(), read(out.resolve(SECOND)).get(LAYER));
    double ulp = form == SafetensorsForm.FP32 ? 0 : form == SafetensorsForm.FP16 ? 5e-4 : 4e-3;
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i])
          .isCloseTo(original[i], within(Math.abs(original[i]) * ulp + 1e-7));
    }
    if (form != SafetensorsForm.BF16) {
      // DJL has no BF16.
      assertThat(byDjl(out.resolve(SECOND), form)).isEqualTo(values);
    }
    JsonNode index = JSON.readTree(out.resolve("model.safetensors.index.json").toFile());
    long elements = 64 * 64 + 96 + ROWS * COLUMNS + 64 * 33;
    assertThat(index.at("/metadata/total_size").asLong())
        .isEqualTo(elements * form.type().orElseThrow().width());
    assertThat(index.get("weight_map")).hasSize(4);
    assertThat(out.resolve("config.json")).hasContent("{\"model_type\":\"llama\",\"x\":[1.50]}");
    assertThat(out.resolve("tokenizer.json")).hasContent("{}");
  }

  /** The layer, as DJL reads it. */
  private static float[] byDjl(Path file, SafetensorsForm form) throws IOException {
    System.setProperty("ai.djl.offline", "true");
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      for (NDArray array : NDList.decode(manager, Files.readAllBytes(file))) {
        if (array.getName().equals(LAYER)) {
          assertThat(array.getShape().getShape()).containsExactly(ROWS, COLUMNS);
          assertThat(array.getDataType())
              .isEqualTo(form == SafetensorsForm.FP32 ? DataType.FLOAT32 : DataType.FLOAT16);
          return array.toType(DataType.FLOAT32, true).toFloatArray();
        }
      }
    }
    throw new AssertionError("no layer");
  }

  @Test
  void whatIsTooLargeForATypeBecomesItsLargestNumber() throws IOException {
    ByteBuffer values = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    values.putFloat(1e6f).putFloat(-1e-9f);
    Path file = folder.resolve("m.safetensors");
    write(file, Map.of("w", new Values(FloatType.FP32, List.of(2), values.array())));
    Path out = folder.resolve("half.safetensors");
    SafetensorsConverter.convert(file, SafetensorsForm.FP16, out, ReaderOptions.DEFAULTS);
    assertThat(floats(FloatType.FP16, read(out).get("w"))).containsExactly(65504f, -0f);
  }

  /** The layer as whole numbers times scales says what it is. */
  private static float[] unpacked(
      Map<String, byte[]> tensors, FloatType type, SafetensorsForm form) {
    ByteBuffer words =
        ByteBuffer.wrap(tensors.get(LAYER + "_packed")).order(ByteOrder.LITTLE_ENDIAN);
    float[] scales = floats(type, tensors.get(LAYER + "_scale"));
    int perWord = 32 / form.bits();
    int block = form.group() == 0 ? COLUMNS : form.group();
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      int level =
          words.getInt(i / perWord * 4) >>> (i % perWord * form.bits()) & ((1 << form.bits()) - 1);
      values[i] = (level - (1 << (form.bits() - 1))) * scales[i / block];
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void layersArePackedAndTheRestStays(SafetensorsForm form) throws IOException {
    byte[] layer = gaussian(FloatType.BF16, ROWS * COLUMNS, 1);
    Path out = folder.resolve("out");

    List<Tensor> changed =
        SafetensorsConverter.convert(
            model(FloatType.BF16, layer), form, out, ReaderOptions.DEFAULTS);

    assertThat(changed).extracting(Tensor::name).containsExactly(LAYER);
    assertThat(changed.get(0).exact()).isFalse();
    Map<String, byte[]> tensors = read(out.resolve(SECOND));
    assertThat(tensors.keySet())
        .containsExactlyInAnyOrder(LAYER + "_packed", LAYER + "_scale", LAYER + "_shape", ODD);
    ByteBuffer shape = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(tensors.get(LAYER + "_shape"))
        .isEqualTo(shape.putLong(ROWS).putLong(COLUMNS).array());
    float[] original = floats(FloatType.BF16, layer);
    float[] values = unpacked(tensors, FloatType.BF16, form);
    double error = 0;
    double power = 0;
    for (int i = 0; i < values.length; i++) {
      error += Math.pow(values[i] - original[i], 2);
      power += Math.pow(original[i], 2);
    }
    assertThat(Math.sqrt(error / power)).isLessThan(form.bits() == 8 ? 0.012 : 0.12);
    assertThat(read(out.resolve(FIRST)).keySet())
        .containsExactlyInAnyOrder(TABLE, "model.norm.weight");
    JsonNode quantization =
        JSON.readTree(out.resolve("config.json").toFile()).get("quantization_config");
    assertThat(quantization.get("format").asText()).isEqualTo("pack-quantized");
    assertThat(quantization.get("ignore")).hasToString("[\"lm_head\",\"model.odd\"]");
    assertThat(quantization.at("/config_groups/group_0/weights/num_bits").asInt())
        .isEqualTo(form.bits());
    assertThat(
            JSON.readTree(out.resolve("model.safetensors.index.json").toFile()).get("weight_map"))
        .hasSize(6);
  }

  @Test
  void whatWasReleasedInFourBitsKeepsItsValues() throws IOException {
    for (FloatType type : List.of(FloatType.BF16, FloatType.FP32, FloatType.FP16)) {
      byte[] layer = released(type, Profile.INT4);
      Path model = model(type, layer);
      Path out = folder.resolve("out-" + type);
      List<Tensor> changed =
          SafetensorsConverter.convert(model, SafetensorsForm.INT4, out, ReaderOptions.DEFAULTS);
      assertThat(changed).as(type.name()).allMatch(Tensor::exact).hasSize(1);
      float[] values = unpacked(read(out.resolve(SECOND)), type, SafetensorsForm.INT4);
      assertThat(values).isEqualTo(plusZero(floats(type, layer)));
      Files.move(model, folder.resolve("done-" + type));
    }
  }

  private static float[] plusZero(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] += 0f;
    }
    return values;
  }

  /** By the library whose layout it is, where Python has it. */
  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4"})
  void compressedTensorsUnpacksIt(SafetensorsForm form) throws Exception {
    String python = System.getenv().getOrDefault("LUNTRA_PYTHON", "python3");
    assumeTrue(
        exits(python, "-c", "import torch, safetensors, compressed_tensors"),
        "not run: " + python + " has no torch, safetensors and compressed-tensors");
    Profile profile = form == SafetensorsForm.INT8 ? Profile.INT8 : Profile.INT4;
    byte[] layer = released(FloatType.FP32, profile);
    Path out = folder.resolve("out");
    SafetensorsConverter.convert(model(FloatType.FP32, layer), form, out, ReaderOptions.DEFAULTS);
    Path script = folder.resolve("unpack.py");
    try (InputStream in = getClass().getResourceAsStream("unpack.py")) {
      Files.copy(in, script);
    }
    Path found = folder.resolve("found.json");
    assertThat(exits(python, found, script.toString(), out.toString())).isTrue();
    float[] values = unpacked(read(out.resolve(SECOND)), FloatType.FP32, form);
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    assertThat(JSON.readTree(found.toFile()).get(LAYER).asText())
        .isEqualTo(
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array())));
  }

  private boolean exits(String... command) throws IOException, InterruptedException {
    return exits(command[0], folder.resolve("probe"), command[1], command[2]);
  }

  private static boolean exits(String program, Path output, String... arguments)
      throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.add(0, program);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void mistakesAreSaid() throws IOException {
    Path model = model(FloatType.BF16, gaussian(FloatType.BF16, ROWS * COLUMNS, 1));
    Path file = model.resolve(FIRST);
    assertThatThrownBy(
            () ->
                SafetensorsConverter.convert(
                    file, SafetensorsForm.INT4, folder.resolve("a"), ReaderOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected a folder with config.json");
    assertThatThrownBy(
            () ->
                SafetensorsConverter.convert(
                    file, SafetensorsForm.BF16, folder.resolve("b"), ReaderOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no tensors of other floats to convert");
    Files.writeString(model.resolve("config.json"), "{\"quantization_config\":{}}");
    assertThatThrownBy(
            () ->
                SafetensorsConverter.convert(
                    model, SafetensorsForm.INT4, folder.resolve("c"), ReaderOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the model is quantized already");
    Files.delete(model.resolve("config.json"));
    assertThatThrownBy(
            () ->
                SafetensorsConverter.convert(
                    model, SafetensorsForm.INT8, folder.resolve("d"), ReaderOptions.DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no config.json");
  }
}
