package io.luntra.modelfiles.onnx;

import io.luntra.failure.ForeignText;
import io.luntra.failure.InvalidInputException;
import io.luntra.modelfiles.ModelFiles;
import io.luntra.modelfiles.ModelInput;
import io.luntra.modelfiles.ModelInput.Artifact;
import io.luntra.modelfiles.ReaderLimits;
import io.luntra.modelfiles.ReaderOptions;
import io.luntra.modelfiles.onnx.StoredTensor.ExternalRange;
import io.luntra.release.ArtifactLayout;
import io.luntra.release.ArtifactPath;
import io.luntra.release.Section;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.Path;

/**
 * Reads how an ONNX model is laid out, without its values.
 *
 * <p>Initializers of the main graph whose stored bytes are their little-endian values are tensor
 * sections: raw_data, packed float_data and double_data, external data. So are those of its {@code
 * Constant} nodes from 1024 elements on, where some exporters put all weights; they go by the name
 * of the node's output. So are both of the graphs inside its nodes, as the branches of an {@code
 * If}. Names are unique along nesting only: of tensors of one name, the main graph's is the
 * section, else the first in the file.
 *
 * <p>All else is container bytes: names, nodes, nested tensors without a name or of one that is
 * taken, other tensors of nodes, functions, training and sparse tensors, values stored as varints,
 * strings, and element types narrower than a byte or of 8-bit floats.
 */
public final class OnnxReader {
  /** From this ir_version on a model names its operator sets (onnx.proto, IR_VERSION_2017_11_3). */
  private static final long IR_VERSION_WITH_OPSETS = 3;

  /** Smaller constants are axes, shapes and scalars: more of a name than of values. */
  private static final long LEAST_CONSTANT = 1024;

  private final WireReader in;
  private final ReaderLimits limits;
  private final ExternalFiles externalFiles;
  private final List<Section> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** Tensors of the graphs inside nodes, by name, in the file's order; none is in {@code names}. */
  private final Map<String, StoredTensor> nested = new LinkedHashMap<>();

  private Long irVersion;
  private boolean graph;
  private boolean opsetImport;
  private int initializers;

  /** Where a message lies. */
  private enum Scope {
    MAIN_GRAPH,
    NESTED_GRAPH,
    /** In a function, training info or nothing of these. */
    ELSEWHERE
  }

  /** What is known of a node that is being read. */
  private static final class Node {
    private int outputs;
    private String output;
    private String operator = "";
    private StoredTensor value;
  }

  private OnnxReader(WireReader in, ReaderLimits limits, ExternalFiles externalFiles) {
    this.in = in;
    this.limits = limits;
    this.externalFiles = externalFiles;
  }

  /**
   * Lays out an ONNX file and the external data that its tensors refer to. The first artifact is
   * the model, named as its file; the others are named by their location in the model's folder, in
   * the order of their first mention. The file of each is what was checked: symbolic links of
   * external data are resolved.
   *
   * @throws InvalidInputException when the file is not a whole ONNX model, a tensor's shape does
   *     not agree with its bytes, or external data is missing, too short or out of bounds; the
   *     message names file, tensor and byte
   */
  public static ModelInput read(Path file, ReaderOptions options) throws IOException {
    Path model = file.makeQualified(file.getFileSystem());
    ArtifactPath.check(model.getName());
    long length = ModelFiles.length(model);
    ExternalFiles externalFiles = new ExternalFiles(model, options);
    try (WireReader in =
        new WireReader(model.getFileSystem().open(model), model.getPath(), length)) {
      OnnxReader reader = new OnnxReader(in, options.limits(), externalFiles);
      ArtifactLayout layout = ArtifactLayout.of(model.getName(), length, reader.readModel());
      List<Artifact> artifacts = new ArrayList<>();
      artifacts.add(new Artifact(model, layout));
      artifacts.addAll(externalFiles.layouts());
      OnnxGraph graph = OnnxGraph.read(model, options.limits());
      return new ModelInput(
          artifacts.stream()
              .map(each -> new Artifact(each.file(), each.layout(), graph.roles(each.layout())))
              .toList());
    }
  }

  private List<Section> readModel() throws IOException {
    readMessage(Message.MODEL, in.length(), 0, Scope.ELSEWHERE, null);
    if (irVersion == null || irVersion < 1) {
      throw notOnnx("no ir_version");
    }
    if (!graph) {
      throw notOnnx("no graph");
    }
    if (!opsetImport && irVersion >= IR_VERSION_WITH_OPSETS) {
      throw notOnnx("no opset_import");
    }
    nested.values().forEach(this::place);
    tensors.sort(Comparator.comparingLong(Section::offset));
    return tensors;
  }

  private InvalidInputException notOnnx(String missing) {
    return in.invalid(in.length(), "not an ONNX model, or truncated: it has " + missing);
  }

  /**
   * @param node of a graph that the message is, or is an attribute of; otherwise null
   */
  private void readMessage(Message message, long end, int depth, Scope scope, Node node)
      throws IOException {
    if (depth > limits.nesting()) {
      throw in.invalid(
          in.position(), "messages nested more than %d deep".formatted(limits.nesting()));
    }
    while (in.position() < end) {
      long at = in.position();
      int tag = in.tag(end);
      int field = tag >>> 3;
      int wire = tag & 7;
      if (!message.allows(field, wire)) {
        throw in.invalid(
            at,
            "not an ONNX model: field %d of %s has wire type %d".formatted(field, message, wire));
      }
      Message child = message.child(field);
      if (message == Message.MODEL && field == Message.MODEL_IR_VERSION) {
        if (irVersion != null) {
          throw in.invalid(at, "the model has ir_version twice");
        }
        irVersion = in.varint(end);
      } else if (node != null && message == Message.NODE && field == Message.NODE_OUTPUT) {
        node.outputs++;
        node.output = in.text(end, "an output's name", limits.textBytes());
      } else if (node != null && message == Message.NODE && field == Message.NODE_OPERATOR) {
        node.operator = in.text(end, "an operator's name", limits.textBytes());
      } else if (child == null) {
        opsetImport |= message == Message.MODEL && field == Message.MODEL_OPSET_IMPORT;
        in.skipValue(wire, end, "field " + field + " of " + message);
      } else {
        boolean isMainGraph = message == Message.MODEL && field == Message.MODEL_GRAPH;
        if (isMainGraph && graph) {
          throw in.invalid(at, "the model has two graphs");
        }
        graph |= isMainGraph;
        long bytes = in.fieldLength(end, "field " + field + " of " + message);
        long childEnd = in.position() + bytes;
        switch (child) {
          case TENSOR -> {
            StoredTensor tensor = readTensor(childEnd, scope, message == Message.GRAPH);
            if (node != null && message == Message.ATTRIBUTE && field == Message.ATTRIBUTE_TENSOR) {
              node.value = tensor;
            }
          }
          case NODE -> {
            Node read = scope == Scope.ELSEWHERE ? null : new Node();
            readMessage(child, childEnd, depth + 1, scope, read);
            if (read != null) {
              takeConstant(read, scope);
            }
          }
          case GRAPH -> {
            Scope inside = scope == Scope.ELSEWHERE ? scope : Scope.NESTED_GRAPH;
            readMessage(child, childEnd, depth + 1, isMainGraph ? Scope.MAIN_GRAPH : inside, null);
          }
          default -> readMessage(child, childEnd, depth + 1, scope, node);
        }
      }
    }
  }

  private StoredTensor readTensor(long end, Scope scope, boolean ofGraph) throws IOException {
    boolean initializer = ofGraph && scope == Scope.MAIN_GRAPH;
    in.tensor(initializer ? "initializer " + initializers++ : "nested tensor");
    StoredTensor tensor = new TensorReader(in, limits, end).read();
    if (ofGraph && scope != Scope.ELSEWHERE) {
      take(tensor, scope);
    } else if (tensor.external() != null) {
      openExternal(tensor);
    }
    in.tensor(null);
    return tensor;
  }

  /** Takes the value of a Constant that was read, if it is large enough. */
  private void takeConstant(Node node, Scope scope) throws IOException {
    StoredTensor value = node.value;
    if (!node.operator.equals("Constant")
        || value == null
        || value.external() != null
        || node.outputs != 1
        || value.elementType().bits() == 0
        || elements(value) < LEAST_CONSTANT) {
      return;
    }
    in.tensor("tensor '" + ForeignText.printable(node.output) + "'");
    take(value.named(node.output), scope);
    in.tensor(null);
  }

  private void take(StoredTensor tensor, Scope scope) throws IOException {
    if (scope == Scope.NESTED_GRAPH) {
      takeNested(tensor);
      return;
    }
    if (tensor.name().isEmpty()) {
      throw in.invalid(tensor.offset(), "has no name");
    }
    if (!names.add(tensor.name())) {
      throw in.invalid(tensor.offset(), "its name was seen before; expected each name once");
    }
    nested.remove(tensor.name());
    check(tensor);
    place(tensor);
  }

  private void takeNested(StoredTensor tensor) throws IOException {
    if (tensor.name().isEmpty()) {
      if (tensor.external() != null) {
        openExternal(tensor);
      }
      return;
    }
    if (!names.contains(tensor.name())) {
      nested.putIfAbsent(tensor.name(), tensor);
    }
    check(tensor);
  }

  private void check(StoredTensor tensor) throws IOException {
    if (names.size() + nested.size() > limits.tensors()) {
      throw in.invalid(tensor.offset(), "more than %d tensors".formatted(limits.tensors()));
    }
    if (tensor.type() == 0) {
      throw in.invalid(tensor.offset(), "has no data_type");
    }
    if (tensor.external() != null) {
      checkExternal(tensor);
    } else {
      checkValues(tensor);
    }
  }

  /** Makes a checked tensor a section, if its stored bytes are its values. */
  private void place(StoredTensor tensor) {
    if (tensor.elementType().dtype() == null) {
      return;
    }
    ExternalRange range = tensor.external();
    if (range != null) {
      if (rawBytes(tensor) > 0) {
        externalFiles.claim(range.location(), range.offset(), tensor.info());
      }
    } else if (tensor.dataField() != 0 && tensor.runLength() >= 0) {
      tensors.add(new Section(tensor.runOffset(), tensor.runLength(), tensor.info()));
    }
  }

  private void checkValues(StoredTensor tensor) {
    ElementType type = tensor.elementType();
    int field = tensor.dataField();
    if (field != 0 && !type.mayLieIn(field)) {
      throw in.invalid(
          tensor.offset(),
          "%s cannot lie in %s".formatted(type.name(), TensorReader.fieldName(field)));
    }
    long found = tensor.dataCount();
    if (field == StoredTensor.RAW_DATA || (field == 0 && type.bits() != 0)) {
      long expected = type.bits() == 0 ? found : rawBytes(tensor);
      if (expected != found) {
        throw disagrees(tensor, expected, "bytes", "raw_data");
      }
    } else if (type.typedPerElement() != 0) {
      long expected = product(tensor, elements(tensor), type.typedPerElement());
      if (expected != found) {
        throw disagrees(tensor, expected, "values", TensorReader.fieldName(type.typedField()));
      }
    }
  }

  private InvalidInputException disagrees(
      StoredTensor tensor, long expected, String unit, String place) {
    return in.invalid(
        tensor.offset(),
        "expected %d %s (%s %s), found %d in %s"
            .formatted(
                expected,
                unit,
                tensor.elementType().name(),
                tensor.shape(),
                tensor.dataCount(),
                place));
  }

  private void checkExternal(StoredTensor tensor) throws IOException {
    ExternalRange range = tensor.external();
    ElementType type = tensor.elementType();
    if (!type.mayLieIn(StoredTensor.RAW_DATA)) {
      throw in.invalid(tensor.offset(), type.name() + " cannot be external");
    }
    if (type.bits() == 0) {
      openExternal(tensor);
      return;
    }
    long expected = rawBytes(tensor);
    if (range.length() != null && range.length() != expected) {
      throw in.invalid(
          tensor.offset(),
          "expected %d bytes (%s %s), found external_data length %d"
              .formatted(expected, type.name(), tensor.shape(), range.length()));
    }
    long length = openExternal(tensor);
    if (expected > length - range.offset()) {
      throw pastEnd(tensor, expected, length);
    }
  }

  /** Opens the file of a tensor and checks the range that is declared. */
  private long openExternal(StoredTensor tensor) throws IOException {
    ExternalRange range = tensor.external();
    long length;
    try {
      length = externalFiles.open(range.location());
    } catch (InvalidInputException e) {
      throw new InvalidInputException(in.invalid(tensor.offset(), e.getMessage()).getMessage(), e);
    }
    long declared = range.length() == null ? 0 : range.length();
    if (range.offset() > length || declared > length - range.offset()) {
      throw pastEnd(tensor, declared, length);
    }
    return length;
  }

  private InvalidInputException pastEnd(StoredTensor tensor, long bytes, long length) {
    return in.invalid(
        tensor.offset(),
        "external data of %d bytes at %d of '%s', which ends at %d"
            .formatted(bytes, tensor.external().offset(), tensor.external().location(), length));
  }

  private long elements(StoredTensor tensor) {
    long elements = 1;
    for (long dimension : tensor.shape()) {
      elements = product(tensor, elements, dimension);
    }
    return elements;
  }

  private long rawBytes(StoredTensor tensor) {
    long bits = product(tensor, elements(tensor), tensor.elementType().bits());
    return bits / 8 + (bits % 8 == 0 ? 0 : 1);
  }

  private long product(StoredTensor tensor, long left, long right) {
    if (Math.multiplyHigh(left, right) != 0 || left * right < 0) {
      throw in.invalid(tensor.offset(), "shape %s is larger than 2^63".formatted(tensor.shape()));
    }
    return left * right;
  }
}
