package io.luntra.codec;

import static io.luntra.codec.LittleEndian.LONG;

import java.util.Arrays;

/** Bits into bytes, the first into the lowest bit of the first byte. The buffer is kept. */
final class BitWriter {
  private byte[] bytes = new byte[64];
  private int at;
  private long pending;
  private int count;

  void reset() {
    at = 0;
    pending = 0;
    count = 0;
  }

  /** Appends the lowest {@code bits} of a value, at most 32; those above must be 0. */
  void put(int value, int bits) {
    pending |= Integer.toUnsignedLong(value) << count;
    count += bits;
    if (count >= Integer.SIZE) {
      if (bytes.length - at < Long.BYTES) {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
      LONG.set(bytes, at, pending);
      at += Integer.BYTES;
      pending >>>= Integer.SIZE;
      count -= Integer.SIZE;
    }
  }

  /** Ones, as many as the value, and a zero. */
  void putUnary(int value) {
    for (int i = 0; i < value; i++) {
      put(1, 1);
    }
    put(0, 1);
  }

  /** Bytes so far, the last one filled with zeros. */
  int length() {
    return at + (count + 7) / 8;
  }

  long bitCount() {
    return at * 8L + count;
  }

  void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, at);
    for (int i = 0; i * 8 < count; i++) {
      target[offset + at + i] = (byte) (pending >>> (8 * i));
    }
  }
}
