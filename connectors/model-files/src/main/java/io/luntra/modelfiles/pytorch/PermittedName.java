package io.luntra.modelfiles.pytorch;

import io.luntra.tensor.DataType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The names that a pickle may mention, each with what it stands for here. None of them is looked up
 * in any Python or run; a pickle that mentions another is refused.
 */
record PermittedName(String module, String name, Kind kind, Optional<DataType> dtype, int bytes) {

  /** What a name stands for. */
  enum Kind {
    /** An empty dictionary, or one of the pairs that it is called with. */
    DICTIONARY,
    /** A tensor: storage, offset, shape, strides, and more that is not needed. */
    TENSOR,
    /** The same, of bytes; the element type comes seventh. */
    TYPED_TENSOR,
    /** Its first argument: a parameter is its tensor, a list its elements. */
    FIRST_ARGUMENT,
    /** A value that tensors do not depend on, whatever it is called with. */
    PLAIN,
    /** A class of TorchScript, whose objects are their attributes. */
    SCRIPT_CLASS,
    /** The type of a storage. */
    STORAGE,
    /** An element type. */
    TYPE
  }

  private static final String SCRIPT_MODULE = "__torch__";
  private static final Map<String, PermittedName> TABLE = new HashMap<>();

  static {
    add("collections", "OrderedDict", Kind.DICTIONARY);
    add("torch._utils", "_rebuild_tensor_v2", Kind.TENSOR);
    add("torch._utils", "_rebuild_tensor_v3", Kind.TYPED_TENSOR);
    add("torch._utils", "_rebuild_parameter", Kind.FIRST_ARGUMENT);
    add("torch._utils", "_rebuild_parameter_with_state", Kind.FIRST_ARGUMENT);
    add("torch", "Size", Kind.PLAIN);
    add("torch", "device", Kind.PLAIN);
    add("torch.serialization", "_get_layout", Kind.PLAIN);
    for (String list : new String[] {"tensor", "int", "double", "bool"}) {
      add("torch.jit._pickle", "build_" + list + "list", Kind.FIRST_ARGUMENT);
    }
    add("torch.jit._pickle", "restore_type_tag", Kind.FIRST_ARGUMENT);
    storage("DoubleStorage", DataType.FP64);
    storage("FloatStorage", DataType.FP32);
    storage("HalfStorage", DataType.FP16);
    storage("BFloat16Storage", DataType.BF16);
    storage("LongStorage", DataType.INT64);
    storage("IntStorage", DataType.INT32);
    storage("ShortStorage", DataType.INT16);
    storage("CharStorage", DataType.INT8);
    storage("ByteStorage", DataType.UINT8);
    storage("BoolStorage", DataType.BOOL);
    storage("ComplexFloatStorage", DataType.COMPLEX64);
    put(new PermittedName("torch", "ComplexDoubleStorage", Kind.STORAGE, Optional.empty(), 16));
    put(new PermittedName("torch.storage", "UntypedStorage", Kind.STORAGE, Optional.empty(), 1));
    type("float64", DataType.FP64);
    type("float32", DataType.FP32);
    type("float16", DataType.FP16);
    type("bfloat16", DataType.BF16);
    type("float8_e4m3fn", DataType.FP8_E4M3);
    type("float8_e5m2", DataType.FP8_E5M2);
    type("float8_e4m3fnuz", DataType.FP8_E4M3FNUZ);
    type("float8_e5m2fnuz", DataType.FP8_E5M2FNUZ);
    type("float8_e8m0fnu", DataType.FP8_E8M0);
    type("int64", DataType.INT64);
    type("int32", DataType.INT32);
    type("int16", DataType.INT16);
    type("int8", DataType.INT8);
    type("uint64", DataType.UINT64);
    type("uint32", DataType.UINT32);
    type("uint16", DataType.UINT16);
    type("uint8", DataType.UINT8);
    type("bool", DataType.BOOL);
    type("complex64", DataType.COMPLEX64);
  }

  private static void add(String module, String name, Kind kind) {
    put(new PermittedName(module, name, kind, Optional.empty(), 0));
  }

  private static void storage(String name, DataType dtype) {
    put(new PermittedName("torch", name, Kind.STORAGE, Optional.of(dtype), dtype.bytes()));
  }

  private static void type(String name, DataType dtype) {
    put(new PermittedName("torch", name, Kind.TYPE, Optional.of(dtype), dtype.bytes()));
  }

  private static void put(PermittedName name) {
    TABLE.put(name.module() + " " + name.name(), name);
  }

  /** The name, empty where it is not permitted. */
  static Optional<PermittedName> of(String module, String name) {
    if (module.equals(SCRIPT_MODULE) || module.startsWith(SCRIPT_MODULE + ".")) {
      return Optional.of(new PermittedName(module, name, Kind.SCRIPT_CLASS, Optional.empty(), 0));
    }
    return Optional.ofNullable(TABLE.get(module + " " + name));
  }

  @Override
  public String toString() {
    return module + "." + name;
  }
}
