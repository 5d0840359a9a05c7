package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.Proto.floats;
import static io.luntra.modelfiles.onnx.Proto.model;
import static io.luntra.modelfiles.onnx.Proto.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.onnx.OnnxQuantizer.Form;
import io.luntra.modelfiles.onnx.OnnxQuantizer.Quantized;
import io.luntra.modelfiles.onnx.OnnxQuantizer.Weight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names: of models that have the new ones already, and of graphs inside nodes. */
final class OnnxQuantizerTest {
  @TempDir Path folder;

  private static Proto node(String operator, String output, String... inputs) {
    Proto node = new Proto();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, operator);
  }

  private static Proto weights(String name) {
    return tensor(name, 1, 32, 32).bytes(9, floats(1024));
  }

  private static Proto constant(String output) {
    return node("Constant", output)
        .message(5, new Proto().text(1, "value").message(5, weights("")).varint(20, 4));
  }

  /** Uses what the main graph has, and weights of its own. */
  private static Proto choice() {
    Proto branch =
        new Proto()
            .message(1, constant("own constant"))
            .message(1, node("MatMul", "p", "x", "w"))
            .message(1, node("Gather", "q", "table", "i"))
            .message(1, node("MatMul", "r", "p", "lifted"))
            .message(5, weights("own"));
    return node("If", "z", "x").message(5, new Proto().text(1, "then_branch").message(6, branch));
  }

  private Quantized quantized(Proto graph, Form form) throws IOException {
    Path file = Files.write(folder.resolve("m.onnx"), model(graph).toBytes());
    return OnnxQuantizer.quantize(file, form, ReaderOptions.DEFAULTS);
  }

  @Test
  void whatGraphsInsideNodesUseIsThereByItsName() throws IOException {
    Proto graph =
        new Proto()
            .message(1, constant("lifted"))
            .message(1, choice())
            .message(1, node("MatMul", "y", "z", "w"))
            .message(1, node("Gather", "v", "table", "i"))
            .message(5, weights("w"))
            .message(5, weights("table"));

    Quantized quantized = quantized(graph, Form.INT8);
    OnnxDocument document = OnnxDocument.parse(quantized.model());

    assertThat(quantized.weights())
        .extracting(Weight::name)
        .containsExactly("w", "table", "lifted");
    assertThat(document.nodes().subList(0, 3))
        .allMatch(node -> node.operator().equals("DequantizeLinear"))
        .extracting(GraphNode::outputs)
        .containsExactly(List.of("w"), List.of("table"), List.of("lifted"));
    // No lookup or product stands for what the graph inside may use.
    assertThat(document.nodes().subList(3, 6))
        .extracting(GraphNode::operator)
        .containsExactly("If", "MatMul", "Gather");
    assertThat(document.nodes().get(3).fields().toByteArray()).isEqualTo(choice().toBytes());
    assertThat(document.initializers().values())
        .extracting(Initializer::name)
        .noneMatch(name -> name.startsWith("own"));
  }

  /** Quantizers of old left such names behind. */
  @ParameterizedTest
  @EnumSource
  void whatIsNewTakesNoNameThatIsThere(Form form) throws IOException {
    String levels = form == Form.INT8 ? "w_int8" : "w_int4";
    Proto graph =
        new Proto()
            .message(1, node("MatMul", levels, "x", "w"))
            .message(1, node("Add", "y", levels, "w_scale"))
            .message(5, weights("w"))
            .message(5, tensor("w_scale", 1, 2).bytes(9, floats(2)));

    OnnxDocument document = OnnxDocument.parse(quantized(graph, form).model());

    assertThat(document.initializers()).containsOnlyKeys("w_scale", levels + "_1", "w_scale_1");
    assertThat(document.initializers().get("w_scale").dims()).containsExactly(2L);
    assertThat(document.nodes())
        .anyMatch(node -> node.inputs().containsAll(List.of(levels + "_1", "w_scale_1")))
        .anyMatch(node -> node.inputs().equals(List.of(levels, "w_scale")));
  }

  @Test
  void inputsAndGraphsInsideNodesKeepTheirNames() throws IOException {
    Proto branch =
        new Proto()
            .message(1, node("Relu", "w_int8", "w_scale"))
            .message(5, tensor("lifted_int8", 1, 2).bytes(9, floats(2)));
    Proto graph =
        new Proto()
            .message(1, constant("lifted"))
            .message(
                1,
                node("If", "z", "x")
                    .message(5, new Proto().text(1, "then_branch").message(6, branch)))
            .message(1, node("MatMul", "y", "z", "w"))
            .message(1, node("MatMul", "v", "y", "lifted"))
            .message(5, weights("w"))
            .message(11, new Proto().text(1, "w_scale"))
            .message(11, new Proto().text(1, "lifted_scale"));

    OnnxDocument document = OnnxDocument.parse(quantized(graph, Form.INT8).model());

    assertThat(document.initializers())
        .containsOnlyKeys("w_int8_1", "w_scale_1", "lifted_int8_1", "lifted_scale_1");
  }

  /** The order that maps have differs between processes; the file may not. */
  @Test
  void attributesAreInOneOrder() throws IOException {
    Proto graph = new Proto().message(1, node("MatMul", "y", "x", "w")).message(5, weights("w"));
    byte[] node =
        OnnxDocument.parse(quantized(graph, Form.INT4).model())
            .nodes()
            .get(0)
            .fields()
            .toByteArray();
    String bytes = new String(node, StandardCharsets.ISO_8859_1);
    assertThat(bytes).containsSubsequence("\u0001K", "\u0001N", "\u0004bits", "block_size");
  }

  /** Names that are there twice are ONNX Runtime's to refuse, but may not cost more than others. */
  @Test
  void manyLookupsOfOneOutputTakeNoLongerEach() throws IOException {
    Proto graph = new Proto().message(5, weights("table"));
    for (int i = 0; i < 50_000; i++) {
      graph.message(1, node("Gather", "y", "table", "i"));
    }
    assertThat(quantized(graph, Form.INT8).weights()).hasSize(1);
    graph.message(1, new Proto().text(1, "table").text(1, "i").text(4, "Gather"));
    assertThat(quantized(graph, Form.INT8).weights()).hasSize(1);
  }

  /** Four bits are in the operators that use them, which a graph inside is no part of. */
  @ParameterizedTest
  @EnumSource
  void weightsOfGraphsInsideNodesAreLeft(Form form) {
    Proto graph = new Proto().message(1, choice());
    if (form == Form.INT4) {
      graph.message(1, node("MatMul", "y", "z", "w")).message(5, weights("w"));
    }
    assertThatThrownBy(() -> quantized(graph, form))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("those of graphs inside nodes are left as they are");
  }
}
