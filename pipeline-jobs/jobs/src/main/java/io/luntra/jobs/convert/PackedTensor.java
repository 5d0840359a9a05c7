package io.luntra.jobs.convert;

import io.luntra.codec.FloatType;
import io.luntra.tensor.DataType;
import io.luntra.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A matrix as the three tensors that the pack-quantized layout of compressed-tensors has for it:
 * {@code weight_packed}, {@code weight_scale} and {@code weight_shape}.
 */
final class PackedTensor {
  private PackedTensor() {}

  /** The tensors, in the order in which they are written. */
  static List<TensorInfo> infos(TensorInfo tensor, SafetensorsForm form) {
    long rows = tensor.shape().get(0);
    long columns = tensor.shape().get(1);
    return List.of(
        new TensorInfo(
            tensor.name() + "_packed",
            DataType.INT32,
            List.of(rows, PackedRows.words(form, columns))),
        new TensorInfo(
            tensor.name() + "_scale",
            tensor.dtype(),
            List.of(rows, PackedRows.scales(form, columns))),
        new TensorInfo(tensor.name() + "_shape", DataType.INT64, List.of(2L)));
  }

  /**
   * Writes them.
   *
   * @return whether the values come back as they were
   */
  static boolean write(
      TensorInfo tensor, SafetensorsForm form, TensorInput in, SafetensorsOutput out)
      throws IOException {
    int columns = Math.toIntExact(tensor.shape().get(1));
    FloatType type = FloatType.of(tensor.dtype()).orElseThrow();
    PackedRows packed = new PackedRows(form, type, columns);
    while (in.left() > 0) {
      out.write(packed.pack(in.read(columns * type.width())));
    }
    out.write(packed.scales());
    ByteBuffer shape = ByteBuffer.allocate(2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(shape.putLong(tensor.shape().get(0)).putLong(columns).array());
    return packed.exact();
  }
}
