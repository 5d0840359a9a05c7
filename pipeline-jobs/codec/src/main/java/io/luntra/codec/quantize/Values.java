package io.luntra.codec.quantize;

import io.luntra.codec.Pruning;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The FP32 values of a chunk as they are to be put on grids. */
final class Values {
  private Values() {}

  /** The values, or null where one is not finite. */
  static float[] of(byte[] raw) {
    float[] values = new float[raw.length / Float.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (float value : values) {
      if (Float.isNaN(value) || Float.isInfinite(value)) {
        return null;
      }
    }
    return values;
  }

  /** {@code values − parent}, or null where that is not finite. */
  static float[] difference(float[] values, float[] parent) {
    float[] difference = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      difference[i] = values[i] - parent[i];
      if (Float.isInfinite(difference[i])) {
        return null;
      }
    }
    return difference;
  }

  /** Sets pruned weights to 0, in place. */
  static void prune(float[] values, int rowElements, Pruning pruning) {
    if (pruning.threshold() > 0) {
      for (int i = 0; i < values.length; i++) {
        if (Math.abs(values[i]) < pruning.threshold()) {
          values[i] = 0;
        }
      }
    }
    if (pruning.of() == 0) {
      return;
    }
    int stride = pruning.downColumns() ? rowElements : 1;
    int along = pruning.downColumns() ? values.length / rowElements : rowElements;
    for (int i = 0; i < values.length; i++) {
      int position = pruning.downColumns() ? i / rowElements : i % rowElements;
      if (position % pruning.of() == 0 && position + pruning.of() <= along) {
        keepLargest(values, i, stride, pruning);
      }
    }
  }

  private static void keepLargest(float[] values, int first, int stride, Pruning pruning) {
    int of = pruning.of();
    if (first + (long) (of - 1) * stride >= values.length) {
      return;
    }
    float[] magnitudes = new float[of];
    for (int k = 0; k < of; k++) {
      magnitudes[k] = Math.abs(values[first + k * stride]);
    }
    Arrays.sort(magnitudes);
    float least = pruning.keep() == 0 ? Float.POSITIVE_INFINITY : magnitudes[of - pruning.keep()];
    int larger = 0;
    for (float magnitude : magnitudes) {
      larger += magnitude > least ? 1 : 0;
    }
    // Of equal magnitudes the first ones are kept.
    int equals = pruning.keep() - larger;
    for (int k = 0; k < of; k++) {
      float magnitude = Math.abs(values[first + k * stride]);
      if (magnitude < least || (magnitude == least && equals-- <= 0)) {
        values[first + k * stride] = 0;
      }
    }
  }
}
