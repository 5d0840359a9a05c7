package io.luntra.modelfiles.onnx;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.IntegerBlocks;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * Writes an ONNX model whose weights are integers in the file and floats to the operators. Weights
 * that are on such a grid already, as those of a release that was quantized so, keep their values;
 * others are rounded. Graphs inside nodes stay as they are, and find by its name what they use.
 *
 * <ul>
 *   <li>{@link Form#INT8}: {@code DequantizeLinear} by rows where the values are on such grids, by
 *       columns otherwise; behind {@code Gather} for tables that are looked up in. Before operator
 *       set 13, which it came with for rows and columns, {@code Cast} and {@code Mul}.
 *   <li>{@link Form#INT4}: {@code MatMulNBits} and {@code GatherBlockQuantized} of ONNX Runtime
 *       ({@code com.microsoft}), in blocks of 32 along the input and along the row.
 * </ul>
 */
public final class OnnxQuantizer {
  /** What weights become. */
  public enum Form {
    INT8,
    INT4
  }

  /** Elements of a tensor that is worth it, at least. */
  private static final long FEWEST = 1024;

  private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;
  private static final long WITH_DEQUANTIZE = 13;
  private static final long WITH_CAST = 6;
  private static final String RUNTIME = "com.microsoft";
  private static final int GREATEST8 = 127;
  private static final int GREATEST4 = 7;
  private static final int ZERO4 = 8;
  private static final int BLOCK = 32;

  private final OnnxDocument document;
  private final long operatorSet;
  private final List<Weight> weights = new ArrayList<>();
  private final List<GraphNode> before = new ArrayList<>();
  private final Set<String> taken;
  private final Set<String> outputs;

  /** Whether no node holds graphs of its own. */
  private final boolean alone;

  /** Nodes by what they take, as the model came. */
  private final Map<String, List<GraphNode>> users = new HashMap<>();

  /** What stands for a node. */
  private final IdentityHashMap<GraphNode, List<GraphNode>> replaced = new IdentityHashMap<>();

  private final Set<String> written = new HashSet<>();
  private final Map<String, Integer> copies = new HashMap<>();

  /**
   * A weight that was written as integers.
   *
   * @param form what it became, in words
   * @param exact whether it was on that grid already
   */
  public record Weight(String name, List<Long> shape, String form, boolean exact) {}

  /** The model's bytes, and what became of which weight. */
  public record Quantized(byte[] model, List<Weight> weights) {}

  private OnnxQuantizer(OnnxDocument document, long operatorSet) throws IOException {
    this.document = document;
    this.operatorSet = operatorSet;
    this.taken = document.names();
    this.outputs = Set.copyOf(document.outputs());
    boolean alone = true;
    for (GraphNode node : document.nodes()) {
      alone &= node.graphs().isEmpty();
      for (String input : Set.copyOf(node.inputs())) {
        users.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
      }
    }
    this.alone = alone;
  }

  /**
   * Quantizes a model.
   *
   * @param model an ONNX file, with its external data below 2 GB; some four times as much memory is
   *     needed. External data comes into the file.
   * @throws InvalidInputException when it is none, or has no weights that can be written so
   */
  public static Quantized quantize(Path model, Form form, ReaderOptions options)
      throws IOException {
    ModelInput input = OnnxReader.read(new org.apache.flink.core.fs.Path(model.toUri()), options);
    if (input.inputBytes() > MOST_BYTES) {
      throw new InvalidInputException(
          "%s: %d bytes, expected less than 2 GB".formatted(model, input.inputBytes()));
    }
    OnnxDocument document = OnnxDocument.parse(Files.readAllBytes(model));
    long operatorSet = Math.max(document.operatorSet(""), document.operatorSet("ai.onnx"));
    if (form == Form.INT8 && operatorSet < WITH_CAST) {
      throw new InvalidInputException(
          "%s: operator set %d, expected %d or newer".formatted(model, operatorSet, WITH_CAST));
    }
    takeExternalData(document, model, input);
    OnnxQuantizer quantizer = new OnnxQuantizer(document, operatorSet);
    for (Initializer tensor : List.copyOf(document.initializers().values())) {
      quantizer.quantize(tensor, form);
    }
    if (quantizer.weights.isEmpty()) {
      throw new InvalidInputException(
          ("%s: no FP32 weights that operators multiply with or look up in; those of graphs inside"
                  + " nodes are left as they are")
              .formatted(model));
    }
    if (form == Form.INT4) {
      document.importOperatorSet(RUNTIME, 1);
    }
    quantizer.finish();
    return new Quantized(document.toBytes(), List.copyOf(quantizer.weights));
  }

  /**
   * Brings values into the document that lie in files beside it, which the reader has opened. A
   * file may be shorter than all that refers to it: what is brought in counts.
   */
  private static void takeExternalData(OnnxDocument document, Path model, ModelInput input)
      throws IOException {
    Map<String, org.apache.flink.core.fs.Path> files = new HashMap<>();
    input.artifacts().forEach(each -> files.put(each.layout().path(), each.file()));
    List<Initializer> external =
        document.initializers().values().stream().filter(Initializer::isExternal).toList();
    long left = MOST_BYTES;
    for (Initializer tensor : external) {
      left -= tensor.rawBytes(left);
      if (left < 0) {
        throw new InvalidInputException(
            "%s: tensor '%s' brings its external data to more than 2 GB"
                .formatted(model, ForeignText.printable(tensor.name())));
      }
    }
    for (Initializer tensor : external) {
      int bytes = (int) tensor.rawBytes(MOST_BYTES);
      Map<String, String> place = tensor.external();
      org.apache.flink.core.fs.Path file = files.get(place.get("location"));
      if (file == null) {
        throw new InvalidInputException(
            "%s: tensor '%s' has no external data that was found"
                .formatted(model, ForeignText.printable(tensor.name())));
      }
      try (FSDataInputStream in = file.getFileSystem().open(file)) {
        in.seek(Long.parseLong(place.getOrDefault("offset", "0")));
        byte[] values = in.readNBytes(bytes);
        if (values.length < bytes) {
          throw new InvalidInputException(
              "%s: tensor '%s' of %d bytes ends past the end of %s"
                  .formatted(model, ForeignText.printable(tensor.name()), bytes, file));
        }
        document.initializers().put(tensor.name(), tensor.withValues(values));
      }
    }
  }

  private void quantize(Initializer tensor, Form form) throws IOException {
    List<Long> dims = tensor.dims();
    float[] values = tensor.isFloat() ? tensor.floats() : new float[0];
    if (dims.size() < 2
        || values.length < FEWEST
        || !tensor.holds(values.length)
        || outputs.contains(tensor.name())
        || !allFinite(values)) {
      return;
    }
    List<GraphNode> by = users.getOrDefault(tensor.name(), List.of());
    boolean table = alone && dims.size() == 2 && all(by, "Gather", tensor.name(), 0);
    boolean product = alone && dims.size() == 2 && all(by, "MatMul", tensor.name(), 1);
    boolean done =
        form == Form.INT8
            ? toInt8(tensor.name(), dims, values, table ? by : List.of())
            : (table && toTable4(tensor.name(), dims, values, by))
                || (product && toProduct4(tensor.name(), dims, values, by));
    if (done) {
      document.initializers().remove(tensor.name());
      written.add(tensor.name());
    }
  }

  private static boolean allFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** Whether all of them are this operator, with the tensor in this place alone, by its rows. */
  private static boolean all(List<GraphNode> users, String operator, String name, int place)
      throws IOException {
    for (GraphNode node : users) {
      List<String> inputs = node.inputs();
      if (!node.domain().isEmpty()
          || !node.operator().equals(operator)
          || inputs.size() != 2
          || node.outputs().size() != 1
          || inputs.get(0).equals(inputs.get(1))
          || node.attribute("axis", 0) != 0
          || !inputs.get(place).equals(name)) {
        return false;
      }
    }
    return !users.isEmpty();
  }

  private boolean toInt8(String name, List<Long> dims, float[] values, List<GraphNode> lookups) {
    int rows = dims.get(0).intValue();
    int columns = values.length / rows;
    IntegerBlocks blocks = IntegerBlocks.of(values, columns, GREATEST8, false);
    boolean byRows = blocks.exact() || dims.size() > 2;
    if (!byRows) {
      IntegerBlocks turned =
          IntegerBlocks.of(transposed(values, rows, columns), rows, GREATEST8, false);
      blocks =
          new IntegerBlocks(
              transposed(turned.levels(), columns, rows), turned.scales(), turned.exact());
    }
    String levels = added(name + "_int8", Initializer.INT8, dims, blocks.levels());
    if (lookups.isEmpty()) {
      List<Long> scaled = new ArrayList<>(List.of((long) blocks.scales().length));
      if (byRows && operatorSet < WITH_DEQUANTIZE) {
        scaled.addAll(Collections.nCopies(dims.size() - 1, 1L));
      }
      String scales = added(name + "_scale", scaled, blocks);
      before.addAll(dequantize(levels, scales, name, byRows ? 0 : 1));
    } else if (byRows) {
      String scales = added(name + "_scale", List.of((long) rows, 1L), blocks);
      for (GraphNode node : lookups) {
        String to = node.outputs().get(0);
        String index = node.inputs().get(1);
        String found = unused(to + "_int8");
        String scale = unused(to + "_scale");
        String floats = unused(to + "_levels");
        replace(
            node,
            GraphNode.of("", "Gather", List.of(levels, index), List.of(found), Map.of()),
            GraphNode.of("", "Gather", List.of(scales, index), List.of(scale), Map.of()),
            cast(found, floats),
            GraphNode.of("", "Mul", List.of(floats, scale), List.of(to), Map.of()));
      }
    } else {
      String scales = added(name + "_scale", List.of((long) columns), blocks);
      for (GraphNode node : lookups) {
        String to = node.outputs().get(0);
        String found = unused(to + "_int8");
        List<GraphNode> by = new ArrayList<>();
        by.add(
            GraphNode.of(
                "", "Gather", List.of(levels, node.inputs().get(1)), List.of(found), Map.of()));
        by.addAll(dequantize(found, scales, to, -1));
        replace(node, by.toArray(GraphNode[]::new));
      }
    }
    weights.add(
        new Weight(name, dims, byRows ? "int8 by rows" : "int8 by columns", blocks.exact()));
    return true;
  }

  private List<GraphNode> dequantize(String levels, String scales, String to, long axis) {
    if (operatorSet < WITH_DEQUANTIZE) {
      String floats = unused(to + "_levels");
      return List.of(
          cast(levels, floats),
          GraphNode.of("", "Mul", List.of(floats, scales), List.of(to), Map.of()));
    }
    return List.of(
        GraphNode.of(
            "", "DequantizeLinear", List.of(levels, scales), List.of(to), Map.of("axis", axis)));
  }

  private static GraphNode cast(String levels, String to) {
    return GraphNode.of(
        "", "Cast", List.of(levels), List.of(to), Map.of("to", (long) Initializer.FLOAT));
  }

  private boolean toTable4(String name, List<Long> dims, float[] values, List<GraphNode> lookups) {
    long rows = dims.get(0);
    long columns = dims.get(1);
    if (columns % BLOCK != 0) {
      return false;
    }
    IntegerBlocks blocks = IntegerBlocks.of(values, BLOCK, GREATEST4, true);
    String levels =
        added(name + "_int4", Initializer.UINT8, List.of(rows, columns / 2), packed(blocks));
    String scales = added(name + "_scale", List.of(rows, columns / BLOCK), blocks);
    for (GraphNode node : lookups) {
      replace(
          node,
          GraphNode.of(
              RUNTIME,
              "GatherBlockQuantized",
              List.of(levels, node.inputs().get(1), scales),
              node.outputs(),
              Map.of(
                  "bits", 4L, "block_size", (long) BLOCK, "gather_axis", 0L, "quantize_axis", 1L)));
    }
    weights.add(new Weight(name, dims, "int4 in blocks of 32 along rows", blocks.exact()));
    return true;
  }

  private boolean toProduct4(
      String name, List<Long> dims, float[] values, List<GraphNode> products) {
    long inputs = dims.get(0);
    long outputs = dims.get(1);
    if (inputs % BLOCK != 0) {
      return false;
    }
    float[] turned = transposed(values, (int) inputs, (int) outputs);
    IntegerBlocks blocks = IntegerBlocks.of(turned, BLOCK, GREATEST4, true);
    String levels =
        added(
            name + "_int4",
            Initializer.UINT8,
            List.of(outputs, inputs / BLOCK, BLOCK / 2L),
            packed(blocks));
    String scales = added(name + "_scale", List.of((long) blocks.scales().length), blocks);
    for (GraphNode node : products) {
      replace(
          node,
          GraphNode.of(
              RUNTIME,
              "MatMulNBits",
              List.of(node.inputs().get(0), levels, scales),
              node.outputs(),
              Map.of("K", inputs, "N", outputs, "bits", 4L, "block_size", (long) BLOCK)));
    }
    weights.add(new Weight(name, dims, "int4 in blocks of 32 along inputs", blocks.exact()));
    return true;
  }

  private void replace(GraphNode node, GraphNode... by) {
    replaced.put(node, List.of(by));
  }

  /** Puts nodes and inputs as they are to be written into the document. */
  private void finish() throws IOException {
    List<GraphNode> nodes = new ArrayList<>(before);
    for (GraphNode node : document.nodes()) {
      nodes.addAll(replaced.getOrDefault(node, List.of(node)));
    }
    document.nodes().clear();
    document.nodes().addAll(nodes);
    document.removeInputs(written);
  }

  private String added(String wanted, int type, List<Long> dims, byte[] values) {
    String name = unused(wanted);
    document.initializers().put(name, Initializer.of(name, type, dims, values));
    return name;
  }

  private String added(String wanted, List<Long> dims, IntegerBlocks blocks) {
    String name = unused(wanted);
    document.initializers().put(name, Initializer.ofFloats(name, dims, blocks.scales()));
    return name;
  }

  /** A name that nothing in the model has, now or before. */
  private String unused(String wanted) {
    String name = wanted;
    while (!taken.add(name)) {
      name = wanted + "_" + copies.merge(wanted, 1, Integer::sum);
    }
    return name;
  }

  /** Two levels a byte, the first in its lower half, each plus 8. */
  private static byte[] packed(IntegerBlocks blocks) {
    byte[] packed = new byte[blocks.levels().length / 2];
    for (int i = 0; i < packed.length; i++) {
      int low = blocks.levels()[2 * i] + ZERO4;
      int high = blocks.levels()[2 * i + 1] + ZERO4;
      packed[i] = (byte) (low | high << 4);
    }
    return packed;
  }

  private static float[] transposed(float[] values, int height, int width) {
    float[] turned = new float[values.length];
    for (int i = 0; i < height; i++) {
      for (int k = 0; k < width; k++) {
        turned[k * height + i] = values[i * width + k];
      }
    }
    return turned;
  }

  private static byte[] transposed(byte[] values, int height, int width) {
    byte[] turned = new byte[values.length];
    for (int i = 0; i < height; i++) {
      for (int k = 0; k < width; k++) {
        turned[k * height + i] = values[i * width + k];
      }
    }
    return turned;
  }
}
