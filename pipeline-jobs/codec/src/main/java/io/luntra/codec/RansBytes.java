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
    if (words.length < 2 * count + 2) {
      words = new byte[2 * count + 2];
    }
    long[] states = new long[LANES];
    int at = push(source, offset, count, table, states);
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

  /**
   * Pushes all bytes, the last one first, each lane's on its own state, and writes words down from
   * the end. A word is always written, and counts only where the state is too large: whether it is
   * can't be foreseen, and a branch would be missed every third time.
   *
   * @return where the words begin
   */
  private int push(byte[] source, int offset, int count, RansTable table, long[] states) {
    int[] starts = table.starts();
    double[] inverses = table.inverses();
    long[] limits = new long[SYMBOLS];
    int[] gaps = new int[SYMBOLS];
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      limits[symbol] = ((long) table.frequency(symbol) << 20) - 1;
      gaps[symbol] = RansTable.TOTAL - table.frequency(symbol);
    }
    byte[] target = words;
    int at = target.length;
    Arrays.fill(states, RansTable.LOW);
    int i = count - 1;
    for (; i >= 0 && (i & (LANES - 1)) != LANES - 1; i--) {
      int symbol = source[offset + i] & 0xff;
      long state = states[i & (LANES - 1)];
      int full = (int) ((limits[symbol] - state) >>> 63);
      SHORT.set(target, at - 2, (short) state);
      at -= 2 * full;
      state >>>= 16 * full;
      long quotient = (long) ((state + 0.5) * inverses[symbol]);
      states[i & (LANES - 1)] = state + quotient * gaps[symbol] + starts[symbol];
    }
    long s0 = states[0];
    long s1 = states[1];
    long s2 = states[2];
    long s3 = states[3];
    for (; i >= 0; i -= LANES) {
      int y3 = source[offset + i] & 0xff;
      int y2 = source[offset + i - 1] & 0xff;
      int y1 = source[offset + i - 2] & 0xff;
      int y0 = source[offset + i - 3] & 0xff;
      int f3 = (int) ((limits[y3] - s3) >>> 63);
      SHORT.set(target, at - 2, (short) s3);
      at -= 2 * f3;
      s3 >>>= 16 * f3;
      int f2 = (int) ((limits[y2] - s2) >>> 63);
      SHORT.set(target, at - 2, (short) s2);
      at -= 2 * f2;
      s2 >>>= 16 * f2;
      int f1 = (int) ((limits[y1] - s1) >>> 63);
      SHORT.set(target, at - 2, (short) s1);
      at -= 2 * f1;
      s1 >>>= 16 * f1;
      int f0 = (int) ((limits[y0] - s0) >>> 63);
      SHORT.set(target, at - 2, (short) s0);
      at -= 2 * f0;
      s0 >>>= 16 * f0;
      s3 += (((long) ((s3 + 0.5) * inverses[y3])) * gaps[y3]) + starts[y3];
      s2 += (((long) ((s2 + 0.5) * inverses[y2])) * gaps[y2]) + starts[y2];
      s1 += (((long) ((s1 + 0.5) * inverses[y1])) * gaps[y1]) + starts[y1];
      s0 += (((long) ((s0 + 0.5) * inverses[y0])) * gaps[y0]) + starts[y0];
    }
    states[0] = s0;
    states[1] = s1;
    states[2] = s2;
    states[3] = s3;
    return at;
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
      int n0 = ((s0 >>> 16) - 1) >>> 31;
      s0 = (s0 << (16 * n0)) | ((short) SHORT.get(source, at) & 0xffff & -n0);
      at += 2 * n0;
      int n1 = ((s1 >>> 16) - 1) >>> 31;
      s1 = (s1 << (16 * n1)) | ((short) SHORT.get(source, at) & 0xffff & -n1);
      at += 2 * n1;
      int n2 = ((s2 >>> 16) - 1) >>> 31;
      s2 = (s2 << (16 * n2)) | ((short) SHORT.get(source, at) & 0xffff & -n2);
      at += 2 * n2;
      int n3 = ((s3 >>> 16) - 1) >>> 31;
      s3 = (s3 << (16 * n3)) | ((short) SHORT.get(source, at) & 0xffff & -n3);
      at += 2 * n3;
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
