package io.luntra.modelfiles.onnx;

import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.Section;
import io.luntra.tensor.TensorInfo;
import io.luntra.tensor.TensorRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.flink.core.fs.Path;

/**
 * The operators of an ONNX model's graphs, as far as they tell what its tensors are for: of the
 * main graph, and of those inside its operators. Functions are passed over.
 */
public final class OnnxGraph {
  private static final int FEWEST_EMBEDDINGS = 64;

  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OPERATOR = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INTEGER = 3;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_GRAPHS = 11;

  /** Operators that hand on a tensor with the same rows. */
  private static final Set<String> SAME = Set.of("Identity", "Cast");

  /** The main graph's operators; then those of each graph inside, by where it starts. */
  private final List<List<Node>> graphs;

  /**
   * An operator.
   *
   * @param inputs names of tensors; an empty one stands for an input that is left out
   * @param transposesRight whether its second input is transposed before it is multiplied
   */
  record Node(
      String operator, List<String> inputs, List<String> outputs, boolean transposesRight) {}

  /**
   * A tensor that a matrix is multiplied with.
   *
   * @param role INPUT_ROWS or OUTPUT_ROWS
   * @param activation name of the left operand, whose last dimension is the matrix's input
   * @param bias name of what is added to the product, and to nothing else, by the only operator
   *     that takes it; empty where there is no such thing
   */
  public record Product(TensorRole role, String activation, Optional<String> bias) {}

  private OnnxGraph(List<List<Node>> graphs) {
    this.graphs = graphs;
  }

  /**
   * Reads the operators of a model.
   *
   * @throws InvalidInputException when the file is not a whole ONNX model or passes a limit
   */
  public static OnnxGraph read(Path file, ReaderLimits limits) throws IOException {
    Path model = file.makeQualified(file.getFileSystem());
    long length = ModelFiles.length(model);
    try (WireReader in =
        new WireReader(model.getFileSystem().open(model), model.getPath(), length)) {
      return new OnnxGraph(new Parser(in, limits).readModel());
    }
  }

  /** Reads graphs; each limit is of all of them. */
  private static final class Parser {
    private final WireReader in;
    private final ReaderLimits limits;
    private final List<List<Node>> graphs = new ArrayList<>();
    private int nodes;

    Parser(WireReader in, ReaderLimits limits) {
      this.in = in;
      this.limits = limits;
    }

    List<List<Node>> readModel() throws IOException {
      List<Node> main = new ArrayList<>();
      graphs.add(main);
      while (in.position() < in.length()) {
        int tag = in.tag(in.length());
        if (tag >>> 3 == MODEL_GRAPH && (tag & 7) == WireReader.LENGTH) {
          long bytes = in.fieldLength(in.length(), "the graph");
          readGraph(in.position() + bytes, main, 0);
        } else {
          in.skipValue(tag & 7, in.length(), "field " + (tag >>> 3) + " of the model");
        }
      }
      return graphs;
    }

    private void readGraph(long end, List<Node> graph, int depth) throws IOException {
      if (depth > limits.nesting()) {
        throw in.invalid(
            in.position(), "graphs nested more than %d deep".formatted(limits.nesting()));
      }
      while (in.position() < end) {
        long at = in.position();
        int tag = in.tag(end);
        if (tag >>> 3 == GRAPH_NODE && (tag & 7) == WireReader.LENGTH) {
          long bytes = in.fieldLength(end, "a node");
          if (nodes++ == limits.tensors()) {
            throw in.invalid(at, "more than %d nodes".formatted(limits.tensors()));
          }
          graph.add(readNode(in.position() + bytes, depth));
        } else {
          in.skipValue(tag & 7, end, "field " + (tag >>> 3) + " of the graph");
        }
      }
    }

    private Node readNode(long end, int depth) throws IOException {
      List<String> inputs = new ArrayList<>();
      List<String> outputs = new ArrayList<>();
      String operator = "";
      boolean transposes = false;
      while (in.position() < end) {
        long at = in.position();
        int tag = in.tag(end);
        int field = (tag & 7) == WireReader.LENGTH ? tag >>> 3 : 0;
        switch (field) {
          case NODE_INPUT -> inputs.add(in.text(end, "an input's name", limits.textBytes()));
          case NODE_OUTPUT -> outputs.add(in.text(end, "an output's name", limits.textBytes()));
          case NODE_OPERATOR -> operator = in.text(end, "an operator's name", limits.textBytes());
          case NODE_ATTRIBUTE -> {
            long bytes = in.fieldLength(end, "an attribute");
            transposes |= isTransposition(in.position() + bytes, depth);
          }
          default -> in.skipValue(tag & 7, end, "field " + (tag >>> 3) + " of a node");
        }
        if (inputs.size() + outputs.size() > limits.tensors()) {
          throw in.invalid(at, "more than %d names in a node".formatted(limits.tensors()));
        }
      }
      return new Node(operator, List.copyOf(inputs), List.copyOf(outputs), transposes);
    }

    /** Reads an attribute, and the graphs in it. */
    private boolean isTransposition(long end, int depth) throws IOException {
      String name = "";
      long value = 0;
      while (in.position() < end) {
        long at = in.position();
        int tag = in.tag(end);
        int field = tag >>> 3;
        boolean hasLength = (tag & 7) == WireReader.LENGTH;
        if (field == ATTRIBUTE_NAME && hasLength) {
          name = in.text(end, "an attribute's name", limits.textBytes());
        } else if (field == ATTRIBUTE_INTEGER && (tag & 7) == WireReader.VARINT) {
          value = in.varint(end);
        } else if ((field == ATTRIBUTE_GRAPH || field == ATTRIBUTE_GRAPHS) && hasLength) {
          long bytes = in.fieldLength(end, "a graph");
          if (graphs.size() > limits.tensors()) {
            throw in.invalid(at, "more than %d graphs in nodes".formatted(limits.tensors()));
          }
          List<Node> graph = new ArrayList<>();
          graphs.add(graph);
          readGraph(in.position() + bytes, graph, depth + 1);
        } else {
          in.skipValue(tag & 7, end, "field " + field + " of an attribute");
        }
      }
      return name.equals("transB") && value != 0;
    }
  }

  /**
   * What the model does with each tensor that an operator looks up or multiplies with; where graphs
   * do different things with tensors of one name, what the first of them does. A lookup among a few
   * rows is none in this sense: each of its rows is in so many inputs, of every token often, that
   * errors of it do not average out.
   */
  public Map<String, TensorRole> roles(ArtifactLayout layout) {
    Map<String, TensorRole> roles = roles();
    for (Section section : layout.sections()) {
      TensorInfo info = section.tensor();
      if (info != null && !info.shape().isEmpty() && info.shape().get(0) < FEWEST_EMBEDDINGS) {
        roles.replace(info.name(), TensorRole.EMBEDDING, TensorRole.OTHER);
      }
    }
    return roles;
  }

  private Map<String, TensorRole> roles() {
    Map<String, String> main = new HashMap<>();
    Map<String, TensorRole> roles = new TreeMap<>(roles(graphs.get(0), main, Map.of()));
    for (List<Node> graph : graphs.subList(1, graphs.size())) {
      roles(graph, new HashMap<>(), main).forEach(roles::putIfAbsent);
    }
    return roles;
  }

  /**
   * @param origin of what this graph's operators hand on, by its name; added to
   * @param outer the same of the main graph, of which a graph inside may use anything
   */
  private static Map<String, TensorRole> roles(
      List<Node> graph, Map<String, String> origin, Map<String, String> outer) {
    UnaryOperator<String> source =
        name -> origin.getOrDefault(name, outer.getOrDefault(name, name));
    Map<String, TensorRole> roles = new HashMap<>();
    for (Node node : graph) {
      if (node.inputs().isEmpty()) {
        continue;
      }
      String first = source.apply(node.inputs().get(0));
      switch (node.operator()) {
        case "Gather" -> roles.putIfAbsent(first, TensorRole.EMBEDDING);
        case "Slice" -> roles.putIfAbsent(first, TensorRole.OTHER);
        case "MatMul", "Gemm", "Conv", "ConvTranspose" -> {
          if (node.inputs().size() > 1) {
            roles.put(source.apply(node.inputs().get(1)), roleOfRight(node));
          }
        }
        default -> {
          if (SAME.contains(node.operator()) && !node.outputs().isEmpty()) {
            origin.put(node.outputs().get(0), first);
          }
        }
      }
    }
    return roles;
  }

  private static TensorRole roleOfRight(Node node) {
    return switch (node.operator()) {
      case "MatMul" -> TensorRole.INPUT_ROWS;
      case "Gemm" -> node.transposesRight() ? TensorRole.OUTPUT_ROWS : TensorRole.INPUT_ROWS;
      default -> TensorRole.OUTPUT_ROWS;
    };
  }

  /**
   * The matrices that something is multiplied with in the main graph, by their own name. A matrix
   * that is used twice, in whatever graph, is left out: no one activation speaks for it.
   */
  public Map<String, Product> products() {
    Map<String, Product> products = new TreeMap<>();
    Map<String, Integer> uses = new HashMap<>();
    Map<String, String> sums = new HashMap<>();
    for (List<Node> graph : graphs) {
      for (Node node : graph) {
        node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
      }
    }
    List<Node> nodes = graphs.get(0);
    for (Node node : nodes) {
      if (node.operator().equals("Add") && node.inputs().size() == 2) {
        sums.put(node.inputs().get(0), node.inputs().get(1));
        sums.put(node.inputs().get(1), node.inputs().get(0));
      }
    }
    for (Node node : nodes) {
      boolean multiplies = node.operator().equals("MatMul") || node.operator().equals("Gemm");
      if (multiplies && node.inputs().size() > 1 && uses.get(node.inputs().get(1)) == 1) {
        Optional<String> bias =
            node.operator().equals("MatMul")
                ? node.outputs().stream()
                    .filter(output -> uses.getOrDefault(output, 0) == 1)
                    .map(sums::get)
                    .filter(Objects::nonNull)
                    .filter(added -> uses.get(added) == 1)
                    .findFirst()
                : Optional.empty();
        products.put(
            node.inputs().get(1), new Product(roleOfRight(node), node.inputs().get(0), bias));
      }
    }
    return products;
  }
}
