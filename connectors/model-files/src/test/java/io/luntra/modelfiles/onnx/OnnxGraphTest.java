package io.luntra.modelfiles.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.release.ArtifactLayout;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OnnxGraphTest {
  @TempDir Path folder;

  private static Proto node(String operator, String output, String... inputs) {
    Proto node = new Proto();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(4, operator);
  }

  private static Proto tensor(String name, int rows, int columns) {
    return Proto.tensor(name, 1, rows, columns).bytes(9, Proto.floats(rows * columns));
  }

  private static Proto graph() {
    return new Proto()
        .message(1, node("Gather", "words", "word table", "ids"))
        .message(1, node("Gather", "types", "type table", "kinds"))
        .message(1, node("Identity", "same", "right"))
        .message(1, node("MatMul", "a", "words", "same"))
        .message(1, node("MatMul", "b", "a", "own"))
        .message(
            1,
            node("Gemm", "c", "b", "turned", "bias")
                .message(5, new Proto().text(1, "transB").varint(3, 1)))
        .message(1, node("MatMul", "d", "c", "shared"))
        .message(1, node("MatMul", "e", "d", "shared"))
        .message(1, node("MatMul", "f", "e", "biased"))
        .message(1, node("Add", "g", "own bias", "f"))
        .message(1, node("MatMul", "h", "g", "beside"))
        .message(1, node("Add", "i", "h", "common bias"))
        .message(1, node("Add", "j", "i", "common bias"))
        .message(1, node("MatMul", "k", "j", "branching"))
        .message(1, node("Add", "l", "k", "late bias"))
        .message(1, node("Relu", "m", "k"))
        .message(5, tensor("word table", 100, 4))
        .message(5, tensor("type table", 2, 4))
        .message(5, tensor("right", 4, 4))
        .message(5, tensor("own", 4, 4))
        .message(5, tensor("turned", 4, 4))
        .message(5, tensor("shared", 4, 4))
        .message(5, tensor("bias", 1, 4));
  }

  private Path write(byte[] model) throws IOException {
    return Files.write(folder.resolve("model.onnx"), model);
  }

  private static org.apache.flink.core.fs.Path flink(Path file) {
    return new org.apache.flink.core.fs.Path(file.toUri());
  }

  @Test
  void tellsWhatEachTensorIsFor() throws IOException {
    ModelInput model =
        ModelFiles.layout(
            List.of(flink(write(Proto.model(graph()).toBytes()))), ReaderOptions.DEFAULTS);

    assertThat(model.artifacts().get(0).roles())
        .containsEntry("word table", TensorRole.EMBEDDING)
        // Two rows, each in half of all tokens.
        .containsEntry("type table", TensorRole.OTHER)
        .containsEntry("right", TensorRole.INPUT_ROWS)
        .containsEntry("own", TensorRole.INPUT_ROWS)
        .containsEntry("turned", TensorRole.OUTPUT_ROWS)
        .doesNotContainKey("bias");
  }

  @Test
  void namesTheActivationOfEachProductThatHasOneOfItsOwn() throws IOException {
    OnnxGraph graph =
        OnnxGraph.read(flink(write(Proto.model(graph()).toBytes())), ReaderLimits.DEFAULTS);

    assertThat(graph.products()).doesNotContainKeys("shared", "word table");
    assertThat(graph.products().get("own"))
        .isEqualTo(new OnnxGraph.Product(TensorRole.INPUT_ROWS, "a", Optional.empty()));
    assertThat(graph.products().get("turned"))
        .isEqualTo(new OnnxGraph.Product(TensorRole.OUTPUT_ROWS, "b", Optional.empty()));
  }

  @Test
  void namesTheBiasThatIsAddedToOneProductAndNothingElse() throws IOException {
    OnnxGraph graph =
        OnnxGraph.read(flink(write(Proto.model(graph()).toBytes())), ReaderLimits.DEFAULTS);

    assertThat(graph.products().get("biased").bias()).contains("own bias");
    assertThat(graph.products().get("beside").bias()).isEmpty();
    assertThat(graph.products().get("branching").bias()).isEmpty();
  }

  /** An attribute with a graph of these operators. */
  private static Proto branch(Proto... nodes) {
    Proto graph = new Proto();
    for (Proto node : nodes) {
      graph.message(1, node);
    }
    return new Proto().text(1, "branch").message(6, graph);
  }

  @Test
  void tellsWhatTensorsOfGraphsInsideOperatorsAreFor() throws IOException {
    Proto deep = node("If", "o", "i").message(5, branch(node("Conv", "p", "n", "deep")));
    Proto graph =
        graph()
            .message(
                1,
                node("If", "q", "i")
                    .message(
                        5,
                        branch(
                            node("MatMul", "r", "n", "twice"),
                            node("Conv", "s", "n", "first"),
                            node("Gather", "t", "turned", "n"),
                            deep))
                    .message(
                        5,
                        branch(
                            node("MatMul", "r", "n", "first"), node("Conv", "s", "n", "second"))))
            .message(1, node("MatMul", "u", "q", "twice"));

    OnnxGraph read =
        OnnxGraph.read(flink(write(Proto.model(graph).toBytes())), ReaderLimits.DEFAULTS);

    assertThat(read.roles(ArtifactLayout.of("m.onnx", 0, List.of())))
        .containsEntry("first", TensorRole.OUTPUT_ROWS)
        .containsEntry("second", TensorRole.OUTPUT_ROWS)
        .containsEntry("deep", TensorRole.OUTPUT_ROWS)
        .containsEntry("turned", TensorRole.OUTPUT_ROWS)
        .containsEntry("twice", TensorRole.INPUT_ROWS);
    // Only products of the main graph have an activation that calibration sees.
    assertThat(read.products())
        .containsKey("own")
        .doesNotContainKeys("twice", "turned", "first", "second", "deep");
  }

  /** What one branch hands on under a name is nothing to the branch beside it. */
  @Test
  void namesOfABranchAreItsOwn() throws IOException {
    Proto graph =
        new Proto()
            .message(1, node("Identity", "handed on", "outer"))
            .message(
                1,
                node("If", "z", "x")
                    .message(5, branch(node("Cast", "n", "of the first")))
                    .message(
                        5,
                        branch(
                            node("MatMul", "y", "x", "n"), node("MatMul", "v", "y", "handed on"))));

    OnnxGraph read =
        OnnxGraph.read(flink(write(Proto.model(graph).toBytes())), ReaderLimits.DEFAULTS);

    assertThat(read.roles(ArtifactLayout.of("m.onnx", 0, List.of())))
        .containsOnly(entry("n", TensorRole.INPUT_ROWS), entry("outer", TensorRole.INPUT_ROWS));
  }

  @Test
  void operatorsAndGraphsInsideOperatorsAreWithinTheLimits() throws IOException {
    Proto graph = new Proto().message(1, node("MatMul", "y", "x", "w"));
    for (int depth = 0; depth < 3; depth++) {
      graph =
          new Proto().message(1, node("If", "z", "x").message(5, new Proto().message(6, graph)));
    }
    Path file = write(Proto.model(graph).toBytes());
    Proto empty = new Proto();
    for (int i = 0; i < 5; i++) {
      empty.message(6, new Proto());
    }
    Path graphs =
        Files.write(
            folder.resolve("graphs.onnx"),
            Proto.model(new Proto().message(1, node("If", "z", "x").message(5, empty))).toBytes());

    OnnxGraph.read(flink(file), ReaderLimits.DEFAULTS.with("nesting", 3));
    OnnxGraph.read(flink(file), ReaderLimits.DEFAULTS.with("tensors", 4));
    refused(file, ReaderLimits.DEFAULTS.with("nesting", 2), "graphs nested more than 2 deep");
    refused(file, ReaderLimits.DEFAULTS.with("tensors", 3), "more than 3 nodes");
    refused(graphs, ReaderLimits.DEFAULTS.with("tensors", 4), "more than 4 graphs in nodes");
  }

  private static void refused(Path file, ReaderLimits limits, String expected) {
    assertThatThrownBy(() -> OnnxGraph.read(flink(file), limits))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void damagedGraphsGiveAnErrorOrAnotherGraph() throws IOException {
    Proto choice = node("If", "n", "m").message(5, branch(node("Conv", "o", "m", "shared")));
    byte[] model = Proto.model(graph().message(1, choice)).toBytes();
    for (int length = 0; length < model.length; length += 7) {
      assertReadsOrRefuses(Arrays.copyOf(model, length));
    }
    Random random = new Random(9);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = model.clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      assertReadsOrRefuses(damaged);
    }
  }

  private void assertReadsOrRefuses(byte[] model) throws IOException {
    try {
      OnnxGraph.read(flink(write(model)), ReaderLimits.DEFAULTS).products();
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageContaining("model.onnx");
    }
  }

  @Test
  void namesWithoutEndAreRefused() throws IOException {
    Proto node = new Proto().raw(1 << 3 | 2).raw(1L << 40);
    Path file = write(Proto.model(new Proto().message(1, node)).toBytes());
    assertThatThrownBy(() -> OnnxGraph.read(flink(file), ReaderLimits.DEFAULTS))
        .isInstanceOf(InvalidInputException.class);
  }
}
