package io.luntra.modelfiles.onnx;

import io.luntra.tensor.TensorInfo;
import java.util.List;

/**
 * What one TensorProto says of itself, before any of it is believed.
 *
 * @param offset where the message starts in its file
 * @param type data_type; 0 when there is none
 * @param dataField number of the field that holds values, or 0 for none
 * @param dataCount bytes of raw_data, else values of the typed field
 * @param runOffset first of the bytes that are the little-endian values
 * @param runLength number of these bytes, or -1 when the values do not lie in one run
 * @param external where its values lie in another file, or null
 */
record StoredTensor(
    long offset,
    String name,
    long type,
    List<Long> shape,
    int dataField,
    long dataCount,
    long runOffset,
    long runLength,
    ExternalRange external) {
  static final int RAW_DATA = 9;

  /**
   * The entries of external_data.
   *
   * @param length null when there is none
   */
  record ExternalRange(String location, long offset, Long length) {}

  /** The same by another name. */
  StoredTensor named(String other) {
    return new StoredTensor(
        offset, other, type, shape, dataField, dataCount, runOffset, runLength, external);
  }

  ElementType elementType() {
    return ElementType.of(type);
  }

  /** For a tensor whose values are little-endian and of a known type. */
  TensorInfo info() {
    return new TensorInfo(name, elementType().dtype(), shape);
  }
}
