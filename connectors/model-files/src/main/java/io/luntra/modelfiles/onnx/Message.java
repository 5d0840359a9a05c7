package io.luntra.modelfiles.onnx;

import static io.luntra.modelfiles.onnx.WireReader.FIXED32;
import static io.luntra.modelfiles.onnx.WireReader.FIXED64;
import static io.luntra.modelfiles.onnx.WireReader.LENGTH;
import static io.luntra.modelfiles.onnx.WireReader.VARINT;

/**
 * The messages of onnx.proto that a tensor may lie in. The numbers are those of the proto file; a
 * field that is not named here is passed over, as protobuf asks.
 */
enum Message {
  MODEL,
  GRAPH,
  NODE,
  ATTRIBUTE,
  TENSOR,
  SPARSE_TENSOR,
  FUNCTION,
  TRAINING_INFO;

  static final int MODEL_IR_VERSION = 1;
  static final int MODEL_GRAPH = 7;
  static final int MODEL_OPSET_IMPORT = 8;
  static final int GRAPH_INITIALIZER = 5;
  static final int NODE_OUTPUT = 2;
  static final int NODE_OPERATOR = 4;
  static final int ATTRIBUTE_TENSOR = 5;

  /** The message that a length-delimited field holds, or null when it holds none of these. */
  Message child(int field) {
    return switch (this) {
      case MODEL ->
          switch (field) {
            case MODEL_GRAPH -> GRAPH;
            case 20 -> TRAINING_INFO;
            case 25 -> FUNCTION;
            default -> null;
          };
      case GRAPH ->
          switch (field) {
            case 1 -> NODE;
            case GRAPH_INITIALIZER -> TENSOR;
            case 15 -> SPARSE_TENSOR;
            default -> null;
          };
      case NODE -> field == 5 ? ATTRIBUTE : null;
      case ATTRIBUTE ->
          switch (field) {
            case ATTRIBUTE_TENSOR, 10 -> TENSOR;
            case 6, 11 -> GRAPH;
            case 22, 23 -> SPARSE_TENSOR;
            default -> null;
          };
      case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
      case FUNCTION ->
          switch (field) {
            case 7 -> NODE;
            case 11 -> ATTRIBUTE;
            default -> null;
          };
      case TRAINING_INFO -> field == 1 || field == 2 ? GRAPH : null;
      case TENSOR -> null;
    };
  }

  /** Whether a field may have a wire type; any may where the field is not known. */
  boolean allows(int field, int wire) {
    return switch (this) {
      case MODEL ->
          switch (field) {
            case MODEL_IR_VERSION, 5 -> wire == VARINT;
            case 2, 3, 4, 6, MODEL_GRAPH, MODEL_OPSET_IMPORT, 14, 20, 25, 26 -> wire == LENGTH;
            default -> true;
          };
      case GRAPH ->
          switch (field) {
            case 1, 2, GRAPH_INITIALIZER, 10, 11, 12, 13, 14, 15, 16 -> wire == LENGTH;
            default -> true;
          };
      case NODE -> field > 10 || wire == LENGTH;
      case ATTRIBUTE ->
          switch (field) {
            case 2 -> wire == FIXED32;
            case 3, 20 -> wire == VARINT;
            case 7 -> wire == FIXED32 || wire == LENGTH;
            case 8 -> wire == VARINT || wire == LENGTH;
            case 1, 4, 5, 6, 9, 10, 11, 13, 14, 15, 21, 22, 23 -> wire == LENGTH;
            default -> true;
          };
      case TENSOR ->
          switch (field) {
            case 2, 14 -> wire == VARINT;
            case 1, 5, 7, 11 -> wire == VARINT || wire == LENGTH;
            case 4 -> wire == FIXED32 || wire == LENGTH;
            case 10 -> wire == FIXED64 || wire == LENGTH;
            case 3, 6, 8, 9, 12, 13, 16 -> wire == LENGTH;
            default -> true;
          };
      case SPARSE_TENSOR ->
          switch (field) {
            case 1, 2 -> wire == LENGTH;
            case 3 -> wire == VARINT || wire == LENGTH;
            default -> true;
          };
      case FUNCTION ->
          switch (field) {
            case 1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 -> wire == LENGTH;
            default -> true;
          };
      case TRAINING_INFO -> field > 4 || wire == LENGTH;
    };
  }
}
