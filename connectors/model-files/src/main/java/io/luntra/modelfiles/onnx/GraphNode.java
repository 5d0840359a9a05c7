package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.WireFields.number;
import static io.luntra.modelfiles.onnx.WireFields.parse;
import static io.luntra.modelfiles.onnx.WireFields.strings;
import static io.luntra.modelfiles.onnx.WireFields.text;
import static io.luntra.modelfiles.onnx.WireFields.texts;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An operator in a graph. */
record GraphNode(UnknownFieldSet fields) {
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

  static GraphNode of(
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
    return new GraphNode(node.addField(NODE_ATTRIBUTE, all.build()).build());
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

  /** Graphs of its own, which may use any tensor of the one that it is in. */
  List<ByteString> graphs() throws IOException {
    List<ByteString> graphs = new ArrayList<>();
    for (ByteString attribute : fields.getField(NODE_ATTRIBUTE).getLengthDelimitedList()) {
      UnknownFieldSet parsed = parse(attribute);
      graphs.addAll(parsed.getField(ATTRIBUTE_GRAPH).getLengthDelimitedList());
      graphs.addAll(parsed.getField(ATTRIBUTE_GRAPHS).getLengthDelimitedList());
    }
    return graphs;
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
