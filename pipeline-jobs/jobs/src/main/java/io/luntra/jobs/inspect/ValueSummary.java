package io.luntra.jobs.inspect;

import io.luntra.codec.HalfFloat;
import io.luntra.codec.TensorNumbers;
import io.luntra.tensor.DataType;

/** Adds up the values of a tensor, a chunk at a time. */
final class ValueSummary {
  /** Sign, exponent and the first 3 bits of the mantissa of an FP32: 4 % apart at most. */
  private static final int FINE_BITS = 12;

  private static final int FINE_SHIFT = Float.SIZE - FINE_BITS;

  private final DataType type;
  private final long[] fine = new long[1 << FINE_BITS];
  private long finite;
  private long zeros;
  private long notFinite;
  private double least = Double.POSITIVE_INFINITY;
  private double greatest = Double.NEGATIVE_INFINITY;
  private double mean;
  private double squares;
  private boolean fitsFp32 = true;
  private boolean fitsBf16 = true;
  private boolean fitsFp16 = true;

  /**
   * @param type of elements that {@link TensorNumbers#isRead}
   */
  ValueSummary(DataType type) {
    this.type = type;
  }

  /** Adds whole elements, as they are stored. */
  void add(byte[] raw) {
    TensorNumbers numbers = new TensorNumbers(type, raw);
    int count = numbers.count();
    for (int i = 0; i < count; i++) {
      add(numbers.get(i));
    }
  }

  private void add(double value) {
    float narrow = (float) value;
    int bits = Float.floatToRawIntBits(narrow);
    if (type == DataType.FP64 && narrow != value && !Double.isNaN(value)) {
      fitsFp32 = false;
      fitsBf16 = false;
      fitsFp16 = false;
    } else {
      fitsBf16 &= (bits & 0xffff) == 0;
      fitsFp16 = fitsFp16 && HalfFloat.holds(bits);
    }
    if (!Double.isFinite(value)) {
      notFinite++;
      return;
    }
    zeros += value == 0 ? 1 : 0;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    finite++;
    // Welford's recurrence
    double before = value - mean;
    mean += before / finite;
    squares += before * (value - mean);
    fine[bits >>> FINE_SHIFT]++;
  }

  /** The narrowest float that holds every value; the type itself where it is none, or no other. */
  DataType effectiveType() {
    boolean narrows = type == DataType.FP64 || type == DataType.FP32;
    if (!narrows || finite + notFinite == 0) {
      return type;
    }
    if (fitsBf16) {
      return DataType.BF16;
    }
    if (fitsFp16) {
      return DataType.FP16;
    }
    return fitsFp32 ? DataType.FP32 : type;
  }

  long zeros() {
    return zeros;
  }

  long notFinite() {
    return notFinite;
  }

  /** Whether there is any finite value, which the next four methods need. */
  boolean hasValues() {
    return finite > 0;
  }

  double least() {
    return least;
  }

  double greatest() {
    return greatest;
  }

  double mean() {
    return mean;
  }

  double deviation() {
    return Math.sqrt(squares / finite);
  }

  /** Adds its values to a histogram, in units of their own spread. */
  void addTo(SpreadHistogram histogram) {
    double deviation = hasValues() ? deviation() : 0;
    if (deviation > 0) {
      for (int i = 0; i < fine.length; i++) {
        if (fine[i] > 0) {
          float value = Float.intBitsToFloat(i << FINE_SHIFT | 1 << (FINE_SHIFT - 1));
          histogram.add((value - mean) / deviation, fine[i]);
        }
      }
    }
  }
}
