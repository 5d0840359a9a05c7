package io.luntra.codec;

import static io.luntra.codec.LittleEndian.LONG;

/** Reads what a {@link BitWriter} wrote, never beyond the end that it was given. */
final class BitReader {
  private final byte[] source;
  private final int start;
  private final long end;
  private long at;

  BitReader(byte[] source, int start, int length) {
    this.source = source;
    this.start = start;
    this.at = start * 8L;
    this.end = at + length * 8L;
  }

  /** The next bits, at most 32. */
  int get(int bits) {
    if (bits > end - at) {
      throw new MalformedChunkException(start, "bits end early");
    }
    int index = (int) (at >>> 3);
    long word;
    if (index + Long.BYTES <= source.length) {
      word = (long) LONG.get(source, index);
    } else {
      word = 0;
      for (int i = source.length - 1; i >= index; i--) {
        word = (word << 8) | (source[i] & 0xff);
      }
    }
    int value = (int) (word >>> (at & 7) & ((1L << bits) - 1));
    at += bits;
    return value;
  }

  /** Counts ones up to the next zero. */
  int getUnary(int limit) {
    int value = 0;
    while (get(1) == 1) {
      if (++value > limit) {
        throw new MalformedChunkException(start, "more than " + limit + " ones");
      }
    }
    return value;
  }

  /** Offset of the first byte of which nothing was read. */
  int nextByte() {
    return (int) ((at + 7) >>> 3);
  }

  /** Whether all but the last byte's filling was read, and that is 0. */
  boolean isAtEnd() {
    return end - at < 8 && get((int) (end - at)) == 0;
  }
}
