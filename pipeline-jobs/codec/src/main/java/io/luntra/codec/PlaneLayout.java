package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;
import static io.luntra.codec.LittleEndian.LONG;
import static io.luntra.codec.LittleEndian.SHORT;

import io.luntra.tensor.DataType;

/**
 * How the bits of an element are laid on byte planes. Floats are rotated left by one, so that the
 * exponent starts the first plane and the sign ends the last.
 */
enum PlaneLayout {
  BYTES1(0, 1, 1),
  BYTES2(1, 2, 2),
  BYTES4(2, 4, 4),
  BYTES8(3, 8, 8),
  FLOAT16(4, 2, 2),
  FLOAT32(5, 4, 4),
  FLOAT64(6, 8, 8),
  FLOAT32_AS_BF16(7, 4, 2),
  FLOAT32_AS_FP16(8, 4, 2);

  private static final PlaneLayout[] BY_ID = values();

  private final int id;
  private final int rawWidth;
  private final int planes;

  PlaneLayout(int id, int rawWidth, int planes) {
    this.id = id;
    this.rawWidth = rawWidth;
    this.planes = planes;
  }

  int id() {
    return id;
  }

  /** Bytes of an element as stored. */
  int rawWidth() {
    return rawWidth;
  }

  int planes() {
    return planes;
  }

  static boolean isKnown(int id) {
    return id >= 0 && id < BY_ID.length;
  }

  static PlaneLayout fromId(int id) {
    return BY_ID[id];
  }

  /** The narrowest layout that holds every element of a chunk exactly. */
  static PlaneLayout of(DataType dtype, byte[] raw) {
    return switch (dtype) {
      case INT8, UINT8, BOOL -> BYTES1;
      // Narrow floats have too few bits for planes of their own; several may share a byte.
      case FP8_E4M3, FP8_E5M2, FP8_E4M3FNUZ, FP8_E5M2FNUZ, FP8_E8M0 -> BYTES1;
      case FP6_E2M3, FP6_E3M2, FP4_E2M1, Q8_0, Q4_0, Q4_K, Q6_K -> BYTES1;
      case INT16, UINT16 -> BYTES2;
      case INT32, UINT32 -> BYTES4;
      case INT64, UINT64, COMPLEX64 -> BYTES8;
      case FP16, BF16 -> FLOAT16;
      case FP64 -> FLOAT64;
      case FP32 -> fitsBf16(raw) ? FLOAT32_AS_BF16 : fitsFp16(raw) ? FLOAT32_AS_FP16 : FLOAT32;
    };
  }

  /** The narrowest layout that holds every element of both chunks exactly. */
  static PlaneLayout of(DataType dtype, byte[] raw, byte[] other) {
    PlaneLayout layout = of(dtype, raw);
    return layout.fits(other) ? layout : of(dtype, other).fits(raw) ? of(dtype, other) : FLOAT32;
  }

  /** Whether elements of this width are held exactly. */
  boolean fits(byte[] raw) {
    return switch (this) {
      case FLOAT32_AS_BF16 -> fitsBf16(raw);
      case FLOAT32_AS_FP16 -> fitsFp16(raw);
      default -> true;
    };
  }

  private static boolean fitsBf16(byte[] raw) {
    for (int at = 0; at < raw.length; at += Float.BYTES) {
      if (((int) INT.get(raw, at) & 0xffff) != 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean fitsFp16(byte[] raw) {
    for (int at = 0; at < raw.length; at += Float.BYTES) {
      if (HalfFloat.ofFloatBits((int) INT.get(raw, at)) == HalfFloat.INEXACT) {
        return false;
      }
    }
    return true;
  }

  /** Spreads a chunk over planes that follow each other from index 0 of {@code target}. */
  void split(byte[] raw, byte[] target) {
    int n = raw.length / rawWidth;
    switch (this) {
      case BYTES1 -> System.arraycopy(raw, 0, target, 0, n);
      case BYTES2 -> {
        for (int i = 0; i < n; i++) {
          store2((short) SHORT.get(raw, i * 2), target, i, n);
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) {
          store2(rotate16((short) SHORT.get(raw, i * 2)), target, i, n);
        }
      }
      case FLOAT32_AS_BF16 -> {
        for (int i = 0; i < n; i++) {
          store2(rotate16((int) INT.get(raw, i * 4) >>> 16), target, i, n);
        }
      }
      case FLOAT32_AS_FP16 -> {
        for (int i = 0; i < n; i++) {
          store2(rotate16(HalfFloat.ofFloatBits((int) INT.get(raw, i * 4))), target, i, n);
        }
      }
      case BYTES4 -> {
        for (int i = 0; i < n; i++) {
          store4((int) INT.get(raw, i * 4), target, i, n);
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < n; i++) {
          store4(Integer.rotateLeft((int) INT.get(raw, i * 4), 1), target, i, n);
        }
      }
      case BYTES8 -> {
        for (int i = 0; i < n; i++) {
          store8((long) LONG.get(raw, i * 8), target, i, n);
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < n; i++) {
          store8(Long.rotateLeft((long) LONG.get(raw, i * 8), 1), target, i, n);
        }
      }
    }
  }

  /** The inverse of {@link #split}; fills {@code raw}. */
  void join(byte[] source, byte[] raw) {
    int n = raw.length / rawWidth;
    switch (this) {
      case BYTES1 -> System.arraycopy(source, 0, raw, 0, n);
      case BYTES2 -> {
        for (int i = 0; i < n; i++) {
          SHORT.set(raw, i * 2, (short) load2(source, i, n));
        }
      }
      case FLOAT16 -> {
        for (int i = 0; i < n; i++) {
          SHORT.set(raw, i * 2, (short) unrotate16(load2(source, i, n)));
        }
      }
      case FLOAT32_AS_BF16 -> {
        for (int i = 0; i < n; i++) {
          INT.set(raw, i * 4, unrotate16(load2(source, i, n)) << 16);
        }
      }
      case FLOAT32_AS_FP16 -> {
        for (int i = 0; i < n; i++) {
          INT.set(raw, i * 4, HalfFloat.toFloatBits(unrotate16(load2(source, i, n))));
        }
      }
      case BYTES4 -> {
        for (int i = 0; i < n; i++) {
          INT.set(raw, i * 4, load4(source, i, n));
        }
      }
      case FLOAT32 -> {
        for (int i = 0; i < n; i++) {
          INT.set(raw, i * 4, Integer.rotateRight(load4(source, i, n), 1));
        }
      }
      case BYTES8 -> {
        for (int i = 0; i < n; i++) {
          LONG.set(raw, i * 8, load8(source, i, n));
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < n; i++) {
          LONG.set(raw, i * 8, Long.rotateRight(load8(source, i, n), 1));
        }
      }
    }
  }

  private static int rotate16(int bits) {
    return (bits << 1) | ((bits >>> 15) & 1);
  }

  private static int unrotate16(int rotated) {
    return (rotated >>> 1) | ((rotated & 1) << 15);
  }

  private static void store2(int value, byte[] target, int i, int n) {
    target[i] = (byte) (value >>> 8);
    target[n + i] = (byte) value;
  }

  private static int load2(byte[] source, int i, int n) {
    return ((source[i] & 0xff) << 8) | (source[n + i] & 0xff);
  }

  private static void store4(int value, byte[] target, int i, int n) {
    target[i] = (byte) (value >>> 24);
    target[n + i] = (byte) (value >>> 16);
    target[2 * n + i] = (byte) (value >>> 8);
    target[3 * n + i] = (byte) value;
  }

  private static int load4(byte[] source, int i, int n) {
    return ((source[i] & 0xff) << 24)
        | ((source[n + i] & 0xff) << 16)
        | ((source[2 * n + i] & 0xff) << 8)
        | (source[3 * n + i] & 0xff);
  }

  private static void store8(long value, byte[] target, int i, int n) {
    store4((int) (value >>> 32), target, i, n);
    store4((int) value, target, 4 * n + i, n);
  }

  private static long load8(byte[] source, int i, int n) {
    return ((long) load4(source, i, n) << 32) | (load4(source, 4 * n + i, n) & 0xffffffffL);
  }
}
