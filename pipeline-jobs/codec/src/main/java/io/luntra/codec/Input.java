package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;

/** A walk over a body, which ends before it goes beyond. */
final class Input {
  private final byte[] source;
  private final int end;
  private int at;

  Input(byte[] source, int offset, int length) {
    this.source = source;
    this.at = offset;
    this.end = offset + length;
  }

  byte[] source() {
    return source;
  }

  int at() {
    return at;
  }

  int left() {
    return end - at;
  }

  /** Passes over so many bytes. */
  int skip(int count) {
    if (count > left()) {
      throw new MalformedChunkException(at, count + " bytes, " + left() + " are left");
    }
    int from = at;
    at += count;
    return from;
  }

  int get() {
    return source[skip(1)] & 0xff;
  }

  int getInt() {
    return (int) INT.get(source, skip(Integer.BYTES));
  }

  /** A number from 0 to 2^31 − 1, seven bits a byte, lowest first, in the shortest form. */
  int getVarint() {
    int from = at;
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = get();
      value |= (long) (b & 0x7f) << shift;
      if (b < 0x80) {
        if (value > Integer.MAX_VALUE || (b == 0 && shift > 0)) {
          break;
        }
        return (int) value;
      }
    }
    throw new MalformedChunkException(from, "no number");
  }
}
