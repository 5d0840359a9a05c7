package io.luntra.jobs.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** All-MiniLM-L6-v2 as TorchScript, with the weights of its ONNX file. */
final class MiniLmScript {
  private static final int LAYERS = 6;

  /** Names of the matrices here, by what their bias belongs to. */
  private static final Map<String, String> MATRICES =
      Map.of(
          "attention.self.query", "query",
          "attention.self.key", "key",
          "attention.self.value", "value",
          "attention.output.dense", "attended",
          "intermediate.dense", "up",
          "output.dense", "down");

  private final Map<String, Weight> weights = new LinkedHashMap<>();

  private record Weight(long[] shape, byte[] values) {}

  private MiniLmScript() throws IOException {
    MiniLm model = new MiniLm();
    for (String tensor : new TreeSet<>(model.tensors())) {
      if (!tensor.startsWith("onnx::")) {
        add(tensor.replace("encoder.layer.", "l").replace('.', '_'), model, tensor);
      }
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      for (Map.Entry<String, String> matrix : new TreeMap<>(MATRICES).entrySet()) {
        String bias = "encoder.layer.%d.%s.bias".formatted(layer, matrix.getKey());
        add("l%d_%s".formatted(layer, matrix.getValue()), model, model.matrix(bias));
      }
    }
  }

  private void add(String name, MiniLm model, String tensor) {
    float[] floats = model.values(tensor);
    ByteBuffer bytes =
        ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(floats);
    weights.put(name, new Weight(model.shape(tensor), bytes.array()));
  }

  /** What it gives. */
  enum Head {
    /** A vector for each token. */
    VECTORS("Tensor", "x6"),
    /** Scores of all words for each token, by its embeddings of words. */
    WORDS("Tensor", "torch.linear(x6, self.embeddings_word_embeddings_weight)"),
    /** Scores of 16 classes for each text, by the embeddings of 16 words, in a dictionary. */
    CLASSES(
        "Dict[str, Tensor]",
        "{\"logits\": torch.linear(torch.select(x6, 1, 0),"
            + " torch.slice(self.embeddings_word_embeddings_weight, 0, 2000, 2016))}");

    private final String type;
    private final String value;

    Head(String type, String value) {
      this.type = type;
      this.value = value;
    }
  }

  /** The file, as libtorch reads it. */
  static byte[] bytes(Head head) throws IOException {
    MiniLmScript script = new MiniLmScript();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      stored(zip, "data.pkl", script.pickle());
      stored(zip, "code/__torch__.py", script.code(head).getBytes(StandardCharsets.UTF_8));
      stored(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      stored(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      int key = 0;
      for (Weight weight : script.weights.values()) {
        stored(zip, "data/" + key++, weight.values());
      }
    }
    return bytes.toByteArray();
  }

  private static void stored(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("script/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** An object of class M with each weight as an attribute. */
  private byte[] pickle() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ascii(out, "\u0080\u0002c__torch__\nM\n)\u0081}(");
    text(out, "training");
    out.write(0x89);
    int key = 0;
    for (Map.Entry<String, Weight> weight : weights.entrySet()) {
      long[] shape = weight.getValue().shape();
      text(out, weight.getKey());
      ascii(out, "ctorch._utils\n_rebuild_tensor_v2\n((");
      text(out, "storage");
      ascii(out, "ctorch\nFloatStorage\n");
      text(out, String.valueOf(key++));
      text(out, "cpu");
      number(out, weight.getValue().values().length / Float.BYTES);
      ascii(out, "tQ");
      number(out, 0);
      out.write('(');
      for (long dimension : shape) {
        number(out, dimension);
      }
      ascii(out, "t(");
      for (int i = 0; i < shape.length; i++) {
        number(out, i < shape.length - 1 ? shape[shape.length - 1] : 1);
      }
      ascii(out, "t\u0089ccollections\nOrderedDict\n)RtR");
    }
    ascii(out, "ub.");
    return out.toByteArray();
  }

  private static void ascii(ByteArrayOutputStream out, String opcodes) {
    out.writeBytes(opcodes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write('X');
    int32(out, text.length());
    ascii(out, text);
  }

  private static void number(ByteArrayOutputStream out, long number) {
    out.write('J');
    int32(out, (int) number);
  }

  private static void int32(ByteArrayOutputStream out, int number) {
    out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  private String code(Head head) {
    StringBuilder code = new StringBuilder("class M(Module):\n  __parameters__ = []\n");
    code.append("  __buffers__ = []\n  training : bool\n");
    weights.keySet().forEach(name -> code.append("  %s : Tensor\n".formatted(name)));
    code.append(
        """
          def forward(self: __torch__.M,
            input_ids: Tensor,
            attention_mask: Tensor,
            token_type_ids: Tensor) -> %s:
            n = torch.size(input_ids, 0)
            t = torch.size(input_ids, 1)
            words = torch.embedding(self.embeddings_word_embeddings_weight, input_ids)
            types = torch.embedding(self.embeddings_token_type_embeddings_weight, token_type_ids)
            places = torch.slice(self.embeddings_position_embeddings_weight, 0, 0, t)
            sum = torch.add(torch.add(words, types), places)
            x0 = torch.layer_norm(sum, [384], self.embeddings_LayerNorm_weight, \
        self.embeddings_LayerNorm_bias, 9.9999999999999998e-13)
            seen = torch.unsqueeze(torch.unsqueeze(torch.to(attention_mask, 6), 1), 1)
            mask = torch.mul(torch.rsub(seen, 1), -10000.)
        """
            .formatted(head.type));
    for (int i = 0; i < LAYERS; i++) {
      code.append(
          """
              q# = torch.add(torch.matmul(x#, self.l#_query), self.l#_attention_self_query_bias)
              k# = torch.add(torch.matmul(x#, self.l#_key), self.l#_attention_self_key_bias)
              v# = torch.add(torch.matmul(x#, self.l#_value), self.l#_attention_self_value_bias)
              qh# = torch.permute(torch.view(q#, [n, t, 12, 32]), [0, 2, 1, 3])
              kh# = torch.permute(torch.view(k#, [n, t, 12, 32]), [0, 2, 3, 1])
              vh# = torch.permute(torch.view(v#, [n, t, 12, 32]), [0, 2, 1, 3])
              s# = torch.add(torch.div(torch.matmul(qh#, kh#), 5.6568542494923806), mask)
              c# = torch.matmul(torch.softmax(s#, -1), vh#)
              cc# = torch.reshape(torch.permute(c#, [0, 2, 1, 3]), [n, t, 384])
              a# = torch.add(torch.matmul(cc#, self.l#_attended), \
          self.l#_attention_output_dense_bias)
              b# = torch.layer_norm(torch.add(a#, x#), [384], \
          self.l#_attention_output_LayerNorm_weight, self.l#_attention_output_LayerNorm_bias, \
          9.9999999999999998e-13)
              u# = torch.gelu(torch.add(torch.matmul(b#, self.l#_up), \
          self.l#_intermediate_dense_bias))
              d# = torch.add(torch.matmul(u#, self.l#_down), self.l#_output_dense_bias)
              x@ = torch.layer_norm(torch.add(d#, b#), [384], self.l#_output_LayerNorm_weight, \
          self.l#_output_LayerNorm_bias, 9.9999999999999998e-13)
          """
              .replace("#", String.valueOf(i))
              .replace("@", String.valueOf(i + 1)));
    }
    code.append("    return %s\n".formatted(head.value));
    return code.toString();
  }
}
