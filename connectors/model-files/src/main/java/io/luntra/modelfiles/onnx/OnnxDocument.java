package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.WireFields.number;
import static io.luntra.modelfiles.onnx.WireFields.text;
import static io.luntra.modelfiles.onnx.WireFields.texts;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX model in memory, to be written with other operators and initializers: by protobuf's wire
 * format alone, so that what is not touched, and not known, stays as it is. The numbers are those
 * of onnx.proto.
 */
final class OnnxDocument {
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_OPSET_IMPORT = 8;
  private static final int OPSET_DOMAIN = 1;
  private static final int OPSET_VERSION = 2;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int VALUE_NAME = 1;

  private UnknownFieldSet model;
  private UnknownFieldSet graph;
  private final List<GraphNode> nodes = new ArrayList<>();
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();

  private OnnxDocument(UnknownFieldSet model, UnknownFieldSet graph) {
    this.model = model;
    this.graph = graph;
  }

  /**
   * Parses a model that {@link OnnxReader} has read.
   *
   * @throws InvalidInputException when it is none
   */
  static OnnxDocument parse(byte[] bytes) throws IOException {
    UnknownFieldSet model = WireFields.parse(ByteString.copyFrom(bytes));
    List<ByteString> graphs = model.getField(MODEL_GRAPH).getLengthDelimitedList();
    if (graphs.size() != 1) {
      throw new InvalidInputException("not an ONNX model: it has no graph, or several");
    }
    OnnxDocument document = new OnnxDocument(model, WireFields.parse(graphs.get(0)));
    for (ByteString node : document.graph.getField(GRAPH_NODE).getLengthDelimitedList()) {
      document.nodes.add(new GraphNode(WireFields.parse(node)));
    }
    for (ByteString tensor : document.graph.getField(GRAPH_INITIALIZER).getLengthDelimitedList()) {
      Initializer initializer = new Initializer(WireFields.parse(tensor));
      document.initializers.put(initializer.name(), initializer);
    }
    document.liftConstants();
    return document;
  }

  /** Makes initializers of the tensors that nodes are constants of. */
  private void liftConstants() throws IOException {
    List<GraphNode> others = new ArrayList<>();
    for (GraphNode node : nodes) {
      boolean lifted = false;
      ByteString tensor = node.constant();
      if (tensor != null && node.outputs().size() == 1 && !node.outputs().get(0).isEmpty()) {
        String name = node.outputs().get(0);
        Initializer named = new Initializer(WireFields.parse(tensor)).named(name);
        lifted = initializers.putIfAbsent(name, named) == null;
      }
      if (!lifted) {
        others.add(node);
      }
    }
    nodes.clear();
    nodes.addAll(others);
  }

  /** Operators in their order; may be changed. */
  List<GraphNode> nodes() {
    return nodes;
  }

  /** Initializers by name, in their order; may be changed. */
  Map<String, Initializer> initializers() {
    return initializers;
  }

  /**
   * Names of all that nodes take and give, and of initializers and inputs; of inner graphs, too.
   */
  Set<String> names() throws IOException {
    Set<String> names = new HashSet<>(initializers.keySet());
    addNames(graph, names);
    return names;
  }

  private static void addNames(UnknownFieldSet graph, Set<String> names) throws IOException {
    for (int field : new int[] {GRAPH_INPUT, GRAPH_OUTPUT}) {
      for (ByteString value : graph.getField(field).getLengthDelimitedList()) {
        names.add(text(WireFields.parse(value), VALUE_NAME));
      }
    }
    for (ByteString tensor : graph.getField(GRAPH_INITIALIZER).getLengthDelimitedList()) {
      names.add(new Initializer(WireFields.parse(tensor)).name());
    }
    for (ByteString bytes : graph.getField(GRAPH_NODE).getLengthDelimitedList()) {
      GraphNode node = new GraphNode(WireFields.parse(bytes));
      names.addAll(node.inputs());
      names.addAll(node.outputs());
      for (ByteString inner : node.graphs()) {
        addNames(WireFields.parse(inner), names);
      }
    }
  }

  List<String> outputs() throws IOException {
    List<String> names = new ArrayList<>();
    for (ByteString value : graph.getField(GRAPH_OUTPUT).getLengthDelimitedList()) {
      names.add(text(WireFields.parse(value), VALUE_NAME));
    }
    return names;
  }

  /** Takes tensors from the graph's inputs, where models of old list initializers, too. */
  void removeInputs(Set<String> names) throws IOException {
    Field.Builder left = Field.newBuilder();
    for (ByteString value : graph.getField(GRAPH_INPUT).getLengthDelimitedList()) {
      if (!names.contains(text(WireFields.parse(value), VALUE_NAME))) {
        left.addLengthDelimited(value);
      }
    }
    graph = graph.toBuilder().clearField(GRAPH_INPUT).addField(GRAPH_INPUT, left.build()).build();
  }

  /** Version of an operator set; 0 where the model does not use it. */
  long operatorSet(String domain) throws IOException {
    for (ByteString each : model.getField(MODEL_OPSET_IMPORT).getLengthDelimitedList()) {
      UnknownFieldSet imported = WireFields.parse(each);
      if (text(imported, OPSET_DOMAIN).equals(domain)) {
        List<Long> version = imported.getField(OPSET_VERSION).getVarintList();
        return version.isEmpty() ? 0 : version.get(version.size() - 1);
      }
    }
    return 0;
  }

  void importOperatorSet(String domain, long version) throws IOException {
    if (operatorSet(domain) == 0) {
      UnknownFieldSet imported =
          UnknownFieldSet.newBuilder()
              .addField(OPSET_DOMAIN, texts(List.of(domain)))
              .addField(OPSET_VERSION, number(version))
              .build();
      model =
          model.toBuilder()
              .mergeField(
                  MODEL_OPSET_IMPORT,
                  Field.newBuilder().addLengthDelimited(imported.toByteString()).build())
              .build();
    }
  }

  byte[] toBytes() {
    Field.Builder operators = Field.newBuilder();
    nodes.forEach(node -> operators.addLengthDelimited(node.fields().toByteString()));
    Field.Builder tensors = Field.newBuilder();
    initializers
        .values()
        .forEach(tensor -> tensors.addLengthDelimited(tensor.fields().toByteString()));
    UnknownFieldSet changed =
        graph.toBuilder()
            .clearField(GRAPH_NODE)
            .addField(GRAPH_NODE, operators.build())
            .clearField(GRAPH_INITIALIZER)
            .addField(GRAPH_INITIALIZER, tensors.build())
            .build();
    return model.toBuilder()
        .clearField(MODEL_GRAPH)
        .addField(
            MODEL_GRAPH, Field.newBuilder().addLengthDelimited(changed.toByteString()).build())
        .build()
        .toByteArray();
  }
}
