package io.luntra.jobs.convert;

import io.luntra.codec.FloatType;
import io.luntra.modelfiles.IntegerBlocks;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows of a matrix as whole numbers in words of 32 bits, each number plus half of the range, the
 * first in the lowest bits; and the scales of each row, in the matrix's own type.
 */
final class PackedRows {
  private static final int WORD_BITS = 32;

  private final SafetensorsForm form;
  private final FloatType type;
  private final int columns;
  private final ByteArrayOutputStream scales = new ByteArrayOutputStream();
  private boolean exact = true;

  /**
   * @param columns a multiple of 32
   */
  PackedRows(SafetensorsForm form, FloatType type, int columns) {
    this.form = form;
    this.type = type;
    this.columns = columns;
  }

  /** Words of a row. */
  static long words(SafetensorsForm form, long columns) {
    return columns * form.bits() / WORD_BITS;
  }

  /** Scales of a row. */
  static long scales(SafetensorsForm form, long columns) {
    return form.group() == 0 ? 1 : columns / form.group();
  }

  /** Packs a row, as it is stored; takes note of its scales. */
  byte[] pack(byte[] row) {
    float[] values = floats(type.widen(row));
    int greatest = (1 << (form.bits() - 1)) - 1;
    int block = form.group() == 0 ? columns : form.group();
    float[] wanted = IntegerBlocks.of(values, block, greatest, form.group() > 0).scales();
    byte[] stored = narrow(wanted);
    scales.writeBytes(stored);
    float[] scale = floats(type.widen(stored));

    int perWord = WORD_BITS / form.bits();
    ByteBuffer packed =
        ByteBuffer.allocate(columns / perWord * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    float[] restored = new float[columns];
    int word = 0;
    for (int i = 0; i < columns; i++) {
      float step = scale[i / block];
      int nearest = step == 0 ? 0 : Math.round(values[i] / step);
      int level = Math.max(-greatest - 1, Math.min(greatest, nearest));
      restored[i] = level * step;
      word |= (level + greatest + 1) << (i % perWord * form.bits());
      if (i % perWord == perWord - 1) {
        packed.putInt(word);
        word = 0;
      }
    }
    exact = exact && Arrays.equals(floats(type.widen(narrow(restored))), positiveZeros(values));
    return packed.array();
  }

  /** Whole numbers have one zero. */
  private static float[] positiveZeros(float[] values) {
    float[] same = values.clone();
    for (int i = 0; i < same.length; i++) {
      same[i] += 0f;
    }
    return same;
  }

  private byte[] narrow(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    byte[] raw = new byte[values.length * type.width()];
    type.narrow(bytes.array(), raw);
    return raw;
  }

  private static float[] floats(byte[] raw) {
    float[] values = new float[raw.length / Float.BYTES];
    ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  /** The scales of all rows so far. */
  byte[] scales() {
    return scales.toByteArray();
  }

  /** Whether the rows so far come back as they were, but for the sign of zeros. */
  boolean exact() {
    return exact;
  }
}
