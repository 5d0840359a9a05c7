package io.luntra.modelfiles.onnx;

import io.luntra.tensor.DataType;

/**
 * TensorProto.DataType of onnx.proto.
 *
 * @param bits bits per element in raw_data; 0 when it cannot lie there or is not known
 * @param dtype null where the values stay container bytes
 * @param typedField number of the typed field that may hold it; 0 when not known
 * @param typedPerElement values of the typed field per element; 0 when not known
 */
record ElementType(String name, int bits, DataType dtype, int typedField, int typedPerElement) {
  static final int FLOAT_DATA = 4;
  static final int INT32_DATA = 5;
  static final int STRING_DATA = 6;
  static final int INT64_DATA = 7;
  static final int DOUBLE_DATA = 10;
  static final int UINT64_DATA = 11;

  /** Whether a field of TensorProto may hold values of this type; any may where it is unknown. */
  boolean mayLieIn(int field) {
    if (typedField == 0) {
      return true;
    }
    return field == StoredTensor.RAW_DATA ? bits != 0 : field == typedField;
  }

  static ElementType of(long number) {
    if (number < 1 || number > 26) {
      return new ElementType("data type " + number, 0, null, 0, 0);
    }
    return switch ((int) number) {
      case 1 -> new ElementType("FLOAT", 32, DataType.FP32, FLOAT_DATA, 1);
      case 2 -> new ElementType("UINT8", 8, DataType.UINT8, INT32_DATA, 1);
      case 3 -> new ElementType("INT8", 8, DataType.INT8, INT32_DATA, 1);
      case 4 -> new ElementType("UINT16", 16, DataType.UINT16, INT32_DATA, 1);
      case 5 -> new ElementType("INT16", 16, DataType.INT16, INT32_DATA, 1);
      case 6 -> new ElementType("INT32", 32, DataType.INT32, INT32_DATA, 1);
      case 7 -> new ElementType("INT64", 64, DataType.INT64, INT64_DATA, 1);
      case 8 -> new ElementType("STRING", 0, null, STRING_DATA, 1);
      case 9 -> new ElementType("BOOL", 8, DataType.BOOL, INT32_DATA, 1);
      case 10 -> new ElementType("FLOAT16", 16, DataType.FP16, INT32_DATA, 1);
      case 11 -> new ElementType("DOUBLE", 64, DataType.FP64, DOUBLE_DATA, 1);
      case 12 -> new ElementType("UINT32", 32, DataType.UINT32, UINT64_DATA, 1);
      case 13 -> new ElementType("UINT64", 64, DataType.UINT64, UINT64_DATA, 1);
      case 14 -> new ElementType("COMPLEX64", 64, null, FLOAT_DATA, 2);
      case 15 -> new ElementType("COMPLEX128", 128, null, DOUBLE_DATA, 2);
      case 16 -> new ElementType("BFLOAT16", 16, DataType.BF16, INT32_DATA, 1);
      case 17 -> new ElementType("FLOAT8E4M3FN", 8, null, INT32_DATA, 1);
      case 18 -> new ElementType("FLOAT8E4M3FNUZ", 8, null, INT32_DATA, 1);
      case 19 -> new ElementType("FLOAT8E5M2", 8, null, INT32_DATA, 1);
      case 20 -> new ElementType("FLOAT8E5M2FNUZ", 8, null, INT32_DATA, 1);
      case 21 -> new ElementType("UINT4", 4, null, INT32_DATA, 0);
      case 22 -> new ElementType("INT4", 4, null, INT32_DATA, 0);
      case 23 -> new ElementType("FLOAT4E2M1", 4, null, INT32_DATA, 0);
      case 24 -> new ElementType("FLOAT8E8M0", 8, null, INT32_DATA, 1);
      case 25 -> new ElementType("UINT2", 2, null, INT32_DATA, 0);
      case 26 -> new ElementType("INT2", 2, null, INT32_DATA, 0);
      default -> throw new AssertionError(number);
    };
  }
}
