package io.luntra.modelfiles.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An ONNX model in memory, to be written with other operators and initializers: by protobuf's wire
 * format alone, so that what is not touched, and not known, stays as it is. The numbers are those
 * of onnx.proto.
 */
final class OnnxDocument {
  static final int FLOAT = 1;
  static final int UINT8 = 2;
  static final int INT8 = 3;

  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_OPSET_IMPORT = 8;
  private static final int OPSET_DOMAIN = 1;
  private static final int OPSET_VERSION = 2;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int VALUE_NAME = 1;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OPERATOR = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int NODE_DOMAIN = 7;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INTEGER = 3;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_GRAPH = 6;
  private static final int ATTRIBUTE_GRAPHS = 11;
  private static final int ATTRIBUTE_TYPE = 20;
  private static final int TYPE_INTEGER = 2;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_FLOATS = 4;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int TENSOR_EXTERNAL = 13;
  private static final int TENSOR_LOCATION = 14;
  private static final int EXTERNAL = 1;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  private UnknownFieldSet model;
  private UnknownFieldSet graph;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();

  /** An operator of the main graph. */
  record Node(UnknownFieldSet fields) {
    static Node of(
        String domain,
        String operator,
        List<String> inputs,
        List<String> outputs,
        Map<String, Long> attributes) {
      UnknownFieldSet.Builder node = UnknownFieldSet.newBuilder();
      node.addField(NODE_INPUT, texts(inputs));
      node.addField(NODE_OUTPUT, texts(outputs));
      node.addField(NODE_OPERATOR, texts(List.of(operator)));
      if (!domain.isEmpty()) {
        node.addField(NODE_DOMAIN, texts(List.of(domain)));
      }
      Field.Builder all = Field.newBuilder();
      // In an order of their own: a Map.of has another in each process.
      new TreeMap<>(attributes)
          .forEach(
              (name, value) ->
                  all.addLengthDelimited(
                      UnknownFieldSet.newBuilder()
                          .addField(ATTRIBUTE_NAME, texts(List.of(name)))
                          .addField(ATTRIBUTE_INTEGER, number(value))
                          .addField(ATTRIBUTE_TYPE, number(TYPE_INTEGER))
                          .build()
                          .toByteString()));
      return new Node(node.addField(NODE_ATTRIBUTE, all.build()).build());
    }

    List<String> inputs() {
      return strings(fields, NODE_INPUT);
    }

    List<String> outputs() {
      return strings(fields, NODE_OUTPUT);
    }

    String operator() {
      return text(fields, NODE_OPERATOR);
    }

    String domain() {
      return text(fields, NODE_DOMAIN);
    }

    /** Whether it holds graphs of its own, which may use any tensor of this one. */
    boolean hasGraphs() throws IOException {
      for (ByteString attribute : fields.getField(NODE_ATTRIBUTE).getLengthDelimitedList()) {
        UnknownFieldSet parsed = parse(attribute);
        if (parsed.hasField(ATTRIBUTE_GRAPH) || parsed.hasField(ATTRIBUTE_GRAPHS)) {
          return true;
        }
      }
      return false;
    }

    /** The tensor that a Constant gives; otherwise null. */
    ByteString constant() throws IOException {
      if (!operator().equals("Constant") || !domain().isEmpty()) {
        return null;
      }
      for (ByteString attribute : fields.getField(NODE_ATTRIBUTE).getLengthDelimitedList()) {
        UnknownFieldSet parsed = parse(attribute);
        if (text(parsed, ATTRIBUTE_NAME).equals("value") && parsed.hasField(ATTRIBUTE_TENSOR)) {
          List<ByteString> tensors = parsed.getField(ATTRIBUTE_TENSOR).getLengthDelimitedList();
          return tensors.size() == 1 ? tensors.get(0) : null;
        }
      }
      return null;
    }

    /** A whole number among its attributes, or what it is where it is left out. */
    long attribute(String name, long otherwise) throws IOException {
      for (ByteString attribute : fields.getField(NODE_ATTRIBUTE).getLengthDelimitedList()) {
        UnknownFieldSet parsed = parse(attribute);
        if (text(parsed, ATTRIBUTE_NAME).equals(name)) {
          List<Long> value = parsed.getField(ATTRIBUTE_INTEGER).getVarintList();
          return value.isEmpty() ? 0 : value.get(value.size() - 1);
        }
      }
      return otherwise;
    }
  }

  /** A tensor with a value. */
  record Initializer(UnknownFieldSet fields) {
    static Initializer of(String name, int type, List<Long> dims, byte[] values) {
      Field.Builder shape = Field.newBuilder();
      dims.forEach(shape::addVarint);
      UnknownFieldSet.Builder tensor = UnknownFieldSet.newBuilder();
      if (!dims.isEmpty()) {
        tensor.addField(TENSOR_DIMS, shape.build());
      }
      return new Initializer(
          tensor
              .addField(TENSOR_TYPE, number(type))
              .addField(TENSOR_NAME, texts(List.of(name)))
              .addField(
                  TENSOR_RAW,
                  Field.newBuilder().addLengthDelimited(ByteString.copyFrom(values)).build())
              .build());
    }

    static Initializer ofFloats(String name, List<Long> dims, float[] values) {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        bytes.putFloat(value);
      }
      return of(name, FLOAT, dims, bytes.array());
    }

    String name() {
      return text(fields, TENSOR_NAME);
    }

    boolean isFloat() {
      return fields.getField(TENSOR_TYPE).getVarintList().equals(List.of((long) FLOAT));
    }

    boolean isExternal() {
      List<Long> locations = fields.getField(TENSOR_LOCATION).getVarintList();
      return !locations.isEmpty() && locations.get(locations.size() - 1) == EXTERNAL;
    }

    /** Whether there are as many values as its shape says; the reader checks initializers only. */
    boolean holds(int values) throws IOException {
      long elements = 1;
      for (long dimension : dims()) {
        if (dimension < 0 || dimension > values || elements > values) {
          return false;
        }
        elements *= dimension;
      }
      return elements == values;
    }

    /** What its external data says of itself: location, offset, length. */
    Map<String, String> external() throws IOException {
      Map<String, String> entries = new LinkedHashMap<>();
      for (ByteString entry : fields.getField(TENSOR_EXTERNAL).getLengthDelimitedList()) {
        UnknownFieldSet parsed = parse(entry);
        entries.put(text(parsed, ENTRY_KEY), text(parsed, ENTRY_VALUE));
      }
      return entries;
    }

    /** Bytes of its values as raw data; something above {@code most} where there are more. */
    long rawBytes(long most) throws IOException {
      List<Long> types = fields.getField(TENSOR_TYPE).getVarintList();
      long bits = types.isEmpty() ? 0 : ElementType.of(types.get(types.size() - 1)).bits();
      long elements = 1;
      for (long dimension : dims()) {
        if (dimension < 0 || (dimension > 0 && elements > most * 8 / dimension)) {
          return most + 1;
        }
        elements *= dimension;
      }
      return (elements * bits + 7) / 8;
    }

    /** The same with its values in it. */
    Initializer withValues(byte[] values) {
      return new Initializer(
          fields.toBuilder()
              .clearField(TENSOR_EXTERNAL)
              .clearField(TENSOR_LOCATION)
              .clearField(TENSOR_RAW)
              .addField(
                  TENSOR_RAW,
                  Field.newBuilder().addLengthDelimited(ByteString.copyFrom(values)).build())
              .build());
    }

    List<Long> dims() throws IOException {
      List<Long> dims = new ArrayList<>(fields.getField(TENSOR_DIMS).getVarintList());
      for (ByteString packed : fields.getField(TENSOR_DIMS).getLengthDelimitedList()) {
        CodedInputStream in = packed.newCodedInput();
        while (!in.isAtEnd()) {
          dims.add(in.readInt64());
        }
      }
      return dims;
    }

    /** Its values, where they are FLOAT in raw or packed form; otherwise none. */
    float[] floats() {
      List<ByteString> runs = new ArrayList<>(fields.getField(TENSOR_RAW).getLengthDelimitedList());
      runs.addAll(fields.getField(TENSOR_FLOATS).getLengthDelimitedList());
      if (runs.size() != 1) {
        return new float[0];
      }
      float[] values = new float[runs.get(0).size() / Float.BYTES];
      runs.get(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }
  }

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
    UnknownFieldSet model = parse(ByteString.copyFrom(bytes));
    List<ByteString> graphs = model.getField(MODEL_GRAPH).getLengthDelimitedList();
    if (graphs.size() != 1) {
      throw new InvalidInputException("not an ONNX model: it has no graph, or several");
    }
    OnnxDocument document = new OnnxDocument(model, parse(graphs.get(0)));
    for (ByteString node : document.graph.getField(GRAPH_NODE).getLengthDelimitedList()) {
      document.nodes.add(new Node(parse(node)));
    }
    for (ByteString tensor : document.graph.getField(GRAPH_INITIALIZER).getLengthDelimitedList()) {
      Initializer initializer = new Initializer(parse(tensor));
      document.initializers.put(initializer.name(), initializer);
    }
    document.liftConstants();
    return document;
  }

  /** Makes initializers of the tensors that nodes are constants of. */
  private void liftConstants() throws IOException {
    List<Node> others = new ArrayList<>();
    for (Node node : nodes) {
      boolean lifted = false;
      ByteString tensor = node.constant();
      if (tensor != null && node.outputs().size() == 1 && !node.outputs().get(0).isEmpty()) {
        String name = node.outputs().get(0);
        UnknownFieldSet named =
            parse(tensor).toBuilder()
                .clearField(TENSOR_NAME)
                .addField(TENSOR_NAME, texts(List.of(name)))
                .build();
        lifted = initializers.putIfAbsent(name, new Initializer(named)) == null;
      }
      if (!lifted) {
        others.add(node);
      }
    }
    nodes.clear();
    nodes.addAll(others);
  }

  /** Operators in their order; may be changed. */
  List<Node> nodes() {
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
        names.add(text(parse(value), VALUE_NAME));
      }
    }
    for (ByteString tensor : graph.getField(GRAPH_INITIALIZER).getLengthDelimitedList()) {
      names.add(text(parse(tensor), TENSOR_NAME));
    }
    for (ByteString bytes : graph.getField(GRAPH_NODE).getLengthDelimitedList()) {
      UnknownFieldSet node = parse(bytes);
      names.addAll(strings(node, NODE_INPUT));
      names.addAll(strings(node, NODE_OUTPUT));
      for (ByteString attribute : node.getField(NODE_ATTRIBUTE).getLengthDelimitedList()) {
        UnknownFieldSet parsed = parse(attribute);
        for (int field : new int[] {ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS}) {
          for (ByteString inner : parsed.getField(field).getLengthDelimitedList()) {
            addNames(parse(inner), names);
          }
        }
      }
    }
  }

  List<String> outputs() throws IOException {
    List<String> names = new ArrayList<>();
    for (ByteString value : graph.getField(GRAPH_OUTPUT).getLengthDelimitedList()) {
      names.add(text(parse(value), VALUE_NAME));
    }
    return names;
  }

  /** Takes tensors from the graph's inputs, where models of old list initializers, too. */
  void removeInputs(Set<String> names) throws IOException {
    Field.Builder left = Field.newBuilder();
    for (ByteString value : graph.getField(GRAPH_INPUT).getLengthDelimitedList()) {
      if (!names.contains(text(parse(value), VALUE_NAME))) {
        left.addLengthDelimited(value);
      }
    }
    graph = graph.toBuilder().clearField(GRAPH_INPUT).addField(GRAPH_INPUT, left.build()).build();
  }

  /** Version of an operator set; 0 where the model does not use it. */
  long operatorSet(String domain) throws IOException {
    for (ByteString each : model.getField(MODEL_OPSET_IMPORT).getLengthDelimitedList()) {
      UnknownFieldSet imported = parse(each);
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

  private static UnknownFieldSet parse(ByteString bytes) throws IOException {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidInputException("not an ONNX model, or truncated: " + e.getMessage(), e);
    }
  }

  private static Field number(long number) {
    return Field.newBuilder().addVarint(number).build();
  }

  private static Field texts(List<String> texts) {
    Field.Builder field = Field.newBuilder();
    texts.forEach(text -> field.addLengthDelimited(ByteString.copyFromUtf8(text)));
    return field.build();
  }

  private static List<String> strings(UnknownFieldSet fields, int number) {
    return fields.getField(number).getLengthDelimitedList().stream()
        .map(ByteString::toStringUtf8)
        .toList();
  }

  private static String text(UnknownFieldSet fields, int number) {
    List<String> all = strings(fields, number);
    return all.isEmpty() ? "" : all.get(all.size() - 1);
  }
}
