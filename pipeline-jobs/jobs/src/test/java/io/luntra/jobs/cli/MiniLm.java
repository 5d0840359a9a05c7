package io.luntra.jobs.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.jobs.GgufFile;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.onnx.OnnxGraph;
import io.luntra.release.Section;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The sentence encoder all-MiniLM-L6-v2, and what llama.cpp takes for it. */
final class MiniLm {
  static final Path MODEL = Path.of("target/models/all-minilm-l6-v2.onnx");
  static final Path TOKENIZER = Path.of("target/models/all-minilm-l6-v2-tokenizer.json");

  /** Of its vocabulary, common words first. */
  static final int TOKENS = 30_522;

  private static final int LAYERS = 6;
  private static final int WIDTH = 384;
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final Set<String> SPECIAL = Set.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /** Names of a layer's parts, here and there. */
  private static final Map<String, String> PARTS =
      new TreeMap<>(
          Map.of(
              "attention.self.query", "attn_q",
              "attention.self.key", "attn_k",
              "attention.self.value", "attn_v",
              "attention.output.dense", "attn_output",
              "attention.output.LayerNorm", "attn_output_norm",
              "intermediate.dense", "ffn_up",
              "output.dense", "ffn_down",
              "output.LayerNorm", "layer_output_norm"));

  private final Map<String, TensorInfo> infos = new HashMap<>();
  private final Map<String, float[]> values = new HashMap<>();

  /** Matrices by the bias of their product: most have no name of their own. */
  private final Map<String, String> matrices = new HashMap<>();

  /** Reads its tensors of FP32. */
  MiniLm() throws IOException {
    org.apache.flink.core.fs.Path path =
        new org.apache.flink.core.fs.Path(MODEL.toAbsolutePath().toUri());
    try (FileChannel file = FileChannel.open(MODEL)) {
      for (Section section :
          ModelFiles.layout(path, ReaderOptions.DEFAULTS).layouts().get(0).sections()) {
        TensorInfo tensor = section.tensor();
        if (tensor != null && tensor.dtype() == DataType.FP32) {
          float[] read = new float[Math.toIntExact(tensor.elements())];
          file.map(FileChannel.MapMode.READ_ONLY, section.offset(), section.length())
              .order(ByteOrder.LITTLE_ENDIAN)
              .asFloatBuffer()
              .get(read);
          infos.put(tensor.name(), tensor);
          values.put(tensor.name(), read);
        }
      }
    }
    OnnxGraph.read(path, ReaderOptions.DEFAULTS.limits())
        .products()
        .forEach((matrix, product) -> product.bias().ifPresent(b -> matrices.put(b, matrix)));
  }

  /**
   * Writes it as GGUF.
   *
   * @param type of matrices, but for those of positions and segments
   * @param tokens how many of the vocabulary; text of these is embedded as by the whole model
   */
  static Path writeGguf(Path file, GgufFile.Type type, int tokens) throws IOException {
    MiniLm model = new MiniLm();
    GgufFile gguf = new GgufFile();
    gguf.text("general.architecture", "bert");
    gguf.text("general.name", "all-MiniLM-L6-v2");
    gguf.number("bert.block_count", LAYERS);
    gguf.number("bert.context_length", 512);
    gguf.number("bert.embedding_length", WIDTH);
    gguf.number("bert.feed_forward_length", 1536);
    gguf.number("bert.attention.head_count", 12);
    gguf.real("bert.attention.layer_norm_epsilon", 1e-12f);
    gguf.flag("bert.attention.causal", false);
    gguf.number("bert.pooling_type", 1);
    addTokens(gguf, tokens);
    model.addTensors(gguf, type, tokens);
    return gguf.write(file);
  }

  private static void addTokens(GgufFile gguf, int count) throws IOException {
    JsonNode vocabulary = new ObjectMapper().readTree(TOKENIZER.toFile()).at("/model/vocab");
    List<String> tokens = new ArrayList<>(Collections.nCopies(count, ""));
    List<Integer> types = new ArrayList<>(Collections.nCopies(count, NORMAL));
    for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
      int id = token.getValue().intValue();
      if (id < count) {
        tokens.set(id, spelled(token.getKey()));
        types.set(id, SPECIAL.contains(token.getKey()) ? CONTROL : NORMAL);
      }
    }
    gguf.text("tokenizer.ggml.model", "bert");
    gguf.text("tokenizer.ggml.pre", "default");
    gguf.texts("tokenizer.ggml.tokens", tokens);
    gguf.numbers("tokenizer.ggml.token_type", types);
    gguf.number("tokenizer.ggml.token_type_count", 2);
    gguf.number("tokenizer.ggml.padding_token_id", tokens.indexOf("[PAD]"));
    gguf.number("tokenizer.ggml.unknown_token_id", tokens.indexOf("[UNK]"));
    gguf.number("tokenizer.ggml.bos_token_id", tokens.indexOf("[CLS]"));
    gguf.number("tokenizer.ggml.cls_token_id", tokens.indexOf("[CLS]"));
    gguf.number("tokenizer.ggml.seperator_token_id", tokens.indexOf("[SEP]"));
    gguf.number("tokenizer.ggml.mask_token_id", tokens.indexOf("[MASK]"));
  }

  /** WordPiece marks what continues a word; llama.cpp marks what begins one. */
  private static String spelled(String token) {
    if (token.startsWith("[") && token.endsWith("]")) {
      return token;
    }
    return token.startsWith("##") ? token.substring(2) : "\u2581" + token;
  }

  private void addTensors(GgufFile gguf, GgufFile.Type type, int tokens) {
    float[] embeddings = values.get("embeddings.word_embeddings.weight");
    gguf.tensor(
        "token_embd.weight", type, Arrays.copyOf(embeddings, tokens * WIDTH), tokens, WIDTH);
    add(gguf, "position_embd.weight", "embeddings.position_embeddings.weight");
    add(gguf, "token_types.weight", "embeddings.token_type_embeddings.weight");
    add(gguf, "token_embd_norm.weight", "embeddings.LayerNorm.weight");
    add(gguf, "token_embd_norm.bias", "embeddings.LayerNorm.bias");
    for (int layer = 0; layer < LAYERS; layer++) {
      for (Map.Entry<String, String> part : PARTS.entrySet()) {
        String from = "encoder.layer.%d.%s".formatted(layer, part.getKey());
        String to = "blk.%d.%s".formatted(layer, part.getValue());
        add(gguf, to + ".bias", from + ".bias");
        if (to.endsWith("_norm")) {
          add(gguf, to + ".weight", from + ".weight");
        } else {
          addTransposed(gguf, to + ".weight", type, matrices.get(from + ".bias"));
        }
      }
    }
  }

  private void add(GgufFile gguf, String name, String from) {
    gguf.tensor(name, GgufFile.Type.F32, values.get(from), shape(from));
  }

  /** ONNX has a row for each input, GGUF one for each output. */
  private void addTransposed(GgufFile gguf, String name, GgufFile.Type type, String from) {
    float[] matrix = values.get(from);
    int inputs = (int) shape(from)[0];
    int outputs = (int) shape(from)[1];
    float[] transposed = new float[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      transposed[i % outputs * inputs + i / outputs] = matrix[i];
    }
    gguf.tensor(name, type, transposed, outputs, inputs);
  }

  Set<String> tensors() {
    return values.keySet();
  }

  float[] values(String tensor) {
    return values.get(tensor);
  }

  /** The matrix of a product, a row for each input, by the bias that is added to it. */
  String matrix(String bias) {
    return matrices.get(bias);
  }

  long[] shape(String tensor) {
    return infos.get(tensor).shape().stream().mapToLong(Long::longValue).toArray();
  }
}
