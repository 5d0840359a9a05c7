package io.luntra.codec;

import static io.luntra.codec.LittleEndian.SHORT;

import java.util.Arrays;

/** Bytes with one frequency table: the table, four states, and words. Thread-confined. */
final class RansBytes {
  private static final int SYMBOLS = 256;
  private static final int LANES = 4;
  private static final int HEAD_BITS = LANES * Integer.SIZE;

  private final BitWriter bits = new BitWriter();
  private byte[] words = new byte[0];

  /** Bits of an encoded plane with these counts, closely. */
  private static double estimate(long[] counts, int[] frequencies) {
    double cost = HEAD_BITS;
    for (int i = 0; i < SYMBOLS; i++) {
      if (counts[i] > 0) {
        cost += counts[i] * RansTable.cost(frequencies[i]);
      }
    }
    return cost;
  }

  /**
   * Appends a plane if that takes fewer than {@code limit} bytes.
   *
   * @return whether it did
   */
  boolean encode(byte[] source, int offset, int count, int limit, Output out) {
    long[] counts = histogram(source, offset, count);
    int[] frequencies = RansTable.normalise(counts, SYMBOLS);
    bits.reset();
    RansTable.write(bits, frequencies, SYMBOLS, 1);
    if ((estimate(counts, frequencies) + bits.bitCount()) / 8 >= limit) {
      return false;
    }
    RansTable table = new RansTable(frequencies);
    int[] starts = table.starts();
    double[] inverses = table.inverses();
    if (words.length < 2 * count) {
      words = new byte[2 * count];
    }
    long[] states = new long[LANES];
    Arrays.fill(states, RansTable.LOW);
    int at = words.length;
    for (int i = count - 1; i >= 0; i--) {
      int symbol = source[offset + i] & 0xff;
      int frequency = frequencies[symbol];
      long state = states[i & (LANES - 1)];
      if (state >= (long) frequency << 20) {
        at -= 2;
        SHORT.set(words, at, (short) state);
        state >>>= 16;
      }
      long quotient = (long) ((state + 0.5) * inverses[symbol]);
      states[i & (LANES - 1)] = state + quotient * (RansTable.TOTAL - frequency) + starts[symbol];
    }
    if (bits.length() + LANES * Integer.BYTES + words.length - at >= limit) {
      return false;
    }
    out.put(bits);
    for (long state : states) {
      out.putInt((int) state);
    }
    out.put(words, at, words.length - at);
    return true;
  }

  private static long[] histogram(byte[] source, int offset, int count) {
    int[] even = new int[SYMBOLS];
    int[] odd = new int[SYMBOLS];
    int i = 0;
    for (; i + 1 < count; i += 2) {
      even[source[offset + i] & 0xff]++;
      odd[source[offset + i + 1] & 0xff]++;
    }
    if (i < count) {
      even[source[offset + i] & 0xff]++;
    }
    long[] counts = new long[SYMBOLS];
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      counts[symbol] = (long) even[symbol] + odd[symbol];
    }
    return counts;
  }

  /** Fills a plane from all that is left. */
  static void decode(Input in, byte[] target, int offset, int count) {
    int start = in.at();
    BitReader reader = new BitReader(in.source(), start, in.left());
    int[] frequencies = RansTable.read(reader, SYMBOLS, 1, start);
    int sum = 0;
    for (int frequency : frequencies) {
      sum += frequency;
    }
    if (sum != RansTable.TOTAL) {
      throw new MalformedChunkException(start, "table of " + sum + " parts");
    }
    in.skip(reader.nextByte() - start);
    int s0 = in.getInt();
    int s1 = in.getInt();
    int s2 = in.getInt();
    int s3 = in.getInt();
    int left = in.left();
    int at = in.skip(left);
    int end = at + left;
    byte[] source = in.source();
    int[] slots = new RansTable(frequencies).slots();
    int i = 0;
    for (; i + LANES <= count && end - at >= LANES * Short.BYTES; i += LANES) {
      int e0 = slots[s0 & 4095];
      int e1 = slots[s1 & 4095];
      int e2 = slots[s2 & 4095];
      int e3 = slots[s3 & 4095];
      s0 = ((e0 >>> 20) + 1) * (s0 >>> 12) + ((e0 >>> 8) & 4095);
      s1 = ((e1 >>> 20) + 1) * (s1 >>> 12) + ((e1 >>> 8) & 4095);
      s2 = ((e2 >>> 20) + 1) * (s2 >>> 12) + ((e2 >>> 8) & 4095);
      s3 = ((e3 >>> 20) + 1) * (s3 >>> 12) + ((e3 >>> 8) & 4095);
      target[offset + i] = (byte) e0;
      target[offset + i + 1] = (byte) e1;
      target[offset + i + 2] = (byte) e2;
      target[offset + i + 3] = (byte) e3;
      if (s0 >>> 16 == 0) {
        s0 = RansTable.refill(s0, source, at);
        at += 2;
      }
      if (s1 >>> 16 == 0) {
        s1 = RansTable.refill(s1, source, at);
        at += 2;
      }
      if (s2 >>> 16 == 0) {
        s2 = RansTable.refill(s2, source, at);
        at += 2;
      }
      if (s3 >>> 16 == 0) {
        s3 = RansTable.refill(s3, source, at);
        at += 2;
      }
    }
    int[] states = {s0, s1, s2, s3};
    for (; i < count; i++) {
      int state = states[i & (LANES - 1)];
      int e = slots[state & 4095];
      state = ((e >>> 20) + 1) * (state >>> 12) + ((e >>> 8) & 4095);
      target[offset + i] = (byte) e;
      if (state >>> 16 == 0) {
        if (end - at < Short.BYTES) {
          throw new MalformedChunkException(start, "symbols end at " + i + " of " + count);
        }
        state = RansTable.refill(state, source, at);
        at += 2;
      }
      states[i & (LANES - 1)] = state;
    }
    for (int state : states) {
      if (state != RansTable.LOW || at != end) {
        throw new MalformedChunkException(start, "symbols end otherwise than they began");
      }
    }
  }
}
