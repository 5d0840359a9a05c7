package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;
import static io.luntra.codec.LittleEndian.LONG;

import java.util.Arrays;

/** Bytes with one frequency table: the table, four states, and words. Thread-confined. */
final class RansBytes {
  private static final int SYMBOLS = 256;
  private static final int LANES = 4;
  private static final int HEAD_BITS = LANES * Integer.SIZE;

  private final BitWriter bits = new BitWriter();
  private char[] words = new char[0];

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

  /** Bits of all symbols by how often each occurs. */
  static double entropy(byte[] symbols) {
    double logs = 0;
    for (long count : histogram(symbols, 0, symbols.length)) {
      logs += count == 0 ? 0 : count * StrictMath.log((double) symbols.length / count);
    }
    return logs / StrictMath.log(2);
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
    if (words.length < count + 1) {
      words = new char[count + 1];
    }
    long[] states = new long[LANES];
    int at = push(source, offset, count, table, states);
    if (bits.length() + LANES * Integer.BYTES + Short.BYTES * (words.length - at) >= limit) {
      return false;
    }
    out.put(bits);
    for (long state : states) {
      out.putInt((int) state);
    }
    out.put(words, at, words.length);
    return true;
  }

  /**
   * Pushes all bytes, the last one first, each lane's on its own state, and writes words down from
   * the end. A word is always written, and counts only where the state is too large: whether it is
   * can't be foreseen, and a branch would be missed every third time. The arrays of 256 are made
   * here, so that the compiler knows that any byte is an index into them.
   *
   * @return where the words begin
   */
  private int push(byte[] source, int offset, int count, RansTable table, long[] states) {
    long[] limits = new long[SYMBOLS];
    long[] inverses = new long[SYMBOLS];
    long[] gaps = new long[SYMBOLS];
    long[] starts = new long[SYMBOLS];
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      limits[symbol] = ((long) table.frequency(symbol) << 20) - 1;
      inverses[symbol] = table.inverses()[symbol];
      gaps[symbol] = (long) RansTable.TOTAL - table.frequency(symbol);
      starts[symbol] = table.starts()[symbol];
    }
    char[] target = words;
    int at = target.length;
    Arrays.fill(states, RansTable.LOW);
    int whole = count - count % LANES;
    for (int i = whole; i < count; i++) {
      // The first state is too large for no symbol.
      int y = source[offset + i] & 0xff;
      states[i % LANES] = pushed(RansTable.LOW, inverses[y], gaps[y], starts[y]);
    }
    long s0 = states[0];
    long s1 = states[1];
    long s2 = states[2];
    long s3 = states[3];
    for (int i = whole - LANES; i >= 0; i -= LANES) {
      int four = (int) INT.get(source, offset + i);
      int y3 = four >>> 24;
      int y2 = (four >>> 16) & 0xff;
      int y1 = (four >>> 8) & 0xff;
      int y0 = four & 0xff;
      int f3 = (int) ((limits[y3] - s3) >>> 63);
      target[at - 1] = (char) s3;
      at -= f3;
      s3 = pushed(s3 >>> (f3 << 4), inverses[y3], gaps[y3], starts[y3]);
      int f2 = (int) ((limits[y2] - s2) >>> 63);
      target[at - 1] = (char) s2;
      at -= f2;
      s2 = pushed(s2 >>> (f2 << 4), inverses[y2], gaps[y2], starts[y2]);
      int f1 = (int) ((limits[y1] - s1) >>> 63);
      target[at - 1] = (char) s1;
      at -= f1;
      s1 = pushed(s1 >>> (f1 << 4), inverses[y1], gaps[y1], starts[y1]);
      int f0 = (int) ((limits[y0] - s0) >>> 63);
      target[at - 1] = (char) s0;
      at -= f0;
      s0 = pushed(s0 >>> (f0 << 4), inverses[y0], gaps[y0], starts[y0]);
    }
    states[0] = s0;
    states[1] = s1;
    states[2] = s2;
    states[3] = s3;
    return at;
  }

  private static long pushed(long state, long inverse, long gap, long start) {
    return state + ((state * inverse) >>> RansTable.INVERSE_BITS) * gap + start;
  }

  private static long[] histogram(byte[] source, int offset, int count) {
    // Four of them: a count that was just written is not read again at once.
    int[] first = new int[SYMBOLS];
    int[] second = new int[SYMBOLS];
    int[] third = new int[SYMBOLS];
    int[] fourth = new int[SYMBOLS];
    int i = 0;
    for (; i + Long.BYTES <= count; i += Long.BYTES) {
      long eight = (long) LONG.get(source, offset + i);
      first[(int) eight & 0xff]++;
      second[(int) (eight >>> 8) & 0xff]++;
      third[(int) (eight >>> 16) & 0xff]++;
      fourth[(int) (eight >>> 24) & 0xff]++;
      first[(int) (eight >>> 32) & 0xff]++;
      second[(int) (eight >>> 40) & 0xff]++;
      third[(int) (eight >>> 48) & 0xff]++;
      fourth[(int) (eight >>> 56)]++;
    }
    for (; i < count; i++) {
      first[source[offset + i] & 0xff]++;
    }
    long[] counts = new long[SYMBOLS];
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      counts[symbol] = (long) first[symbol] + second[symbol] + third[symbol] + fourth[symbol];
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
    // Made here, so that the compiler knows that 12 bits are an index into it.
    int[] slots = new int[RansTable.TOTAL];
    RansTable.fillSlots(frequencies, slots);
    int i = 0;
    for (; i + LANES <= count && end - at >= LANES * Short.BYTES; i += LANES) {
      int e0 = slots[s0 & 4095];
      int e1 = slots[s1 & 4095];
      int e2 = slots[s2 & 4095];
      int e3 = slots[s3 & 4095];
      INT.set(target, offset + i, (e0 & 0xff) | (e1 & 0xff) << 8 | (e2 & 0xff) << 16 | e3 << 24);
      s0 = popped(s0, e0);
      s1 = popped(s1, e1);
      s2 = popped(s2, e2);
      s3 = popped(s3, e3);
      // A state takes a word exactly if it is below 2^16; four are at hand.
      long next = (long) LONG.get(source, at);
      int n0 = ((s0 >>> 16) - 1) >>> 31;
      int n1 = ((s1 >>> 16) - 1) >>> 31;
      int n2 = ((s2 >>> 16) - 1) >>> 31;
      int n3 = ((s3 >>> 16) - 1) >>> 31;
      s0 = (s0 << (n0 << 4)) | ((int) next & 0xffff & -n0);
      next >>>= n0 << 4;
      s1 = (s1 << (n1 << 4)) | ((int) next & 0xffff & -n1);
      next >>>= n1 << 4;
      s2 = (s2 << (n2 << 4)) | ((int) next & 0xffff & -n2);
      next >>>= n2 << 4;
      s3 = (s3 << (n3 << 4)) | ((int) next & 0xffff & -n3);
      at += 2 * (n0 + n1 + n2 + n3);
    }
    int[] states = {s0, s1, s2, s3};
    for (; i < count; i++) {
      int state = states[i & (LANES - 1)];
      int e = slots[state & 4095];
      state = popped(state, e);
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

  /** A state without the symbol of its slot. */
  private static int popped(int state, int slot) {
    return ((slot >>> 20) + 1) * (state >>> 12) + ((slot >>> 8) & 4095);
  }
}
