package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;
import static io.luntra.codec.LittleEndian.SHORT;

import java.util.Arrays;

/** Bytes of a body as it is written. The buffer is kept from body to body. */
final class Output {
  private byte[] bytes = new byte[256];
  private int length;

  void reset() {
    length = 0;
  }

  int length() {
    return length;
  }

  /** The buffer, whose first {@link #length} bytes are written; grows when reserved. */
  byte[] bytes() {
    return bytes;
  }

  /** Makes place for so many more bytes. */
  void reserve(int more) {
    int needed = Math.addExact(length, more);
    if (bytes.length < needed) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
    }
  }

  /** Counts bytes that were put into {@link #bytes} after a {@link #reserve}. */
  void advance(int count) {
    length += count;
  }

  void put(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  void putInt(int value) {
    reserve(Integer.BYTES);
    INT.set(bytes, length, value);
    length += Integer.BYTES;
  }

  void putVarint(int value) {
    int rest = value;
    while (rest >>> 7 != 0) {
      put((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    put(rest);
  }

  void put(byte[] source, int offset, int count) {
    reserve(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  void put(char[] words, int from, int to) {
    reserve((to - from) * Short.BYTES);
    for (int i = from; i < to; i++) {
      SHORT.set(bytes, length, (short) words[i]);
      length += Short.BYTES;
    }
  }

  void put(BitWriter bits) {
    reserve(bits.length());
    bits.copyTo(bytes, length);
    length += bits.length();
  }
}
