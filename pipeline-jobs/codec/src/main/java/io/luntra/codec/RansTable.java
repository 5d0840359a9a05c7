package io.luntra.codec;

import static io.luntra.codec.LittleEndian.SHORT;

/**
 * Frequencies of up to 256 symbols that sum to 4096, and what the two sides of an rANS coder look
 * up in them. Coder: J. Duda, "Asymmetric numeral systems", arXiv 1311.2540, section 3.3; states of
 * 32 bits, renormalised by 16.
 */
final class RansTable {
  static final int LOG_TOTAL = 12;
  static final int TOTAL = 1 << LOG_TOTAL;

  /** Smallest state between two symbols; the state before the first and after the last one. */
  static final int LOW = 1 << 16;

  /** Bits below the quotient in a product with {@link #inverse}. */
  static final int INVERSE_BITS = 44;

  private static final double[] COST = new double[TOTAL + 1];

  static {
    double log2 = StrictMath.log(2);
    COST[0] = Double.POSITIVE_INFINITY;
    for (int i = 1; i <= TOTAL; i++) {
      COST[i] = LOG_TOTAL - StrictMath.log(i) / log2;
    }
  }

  private final int[] frequencies;
  private int[] starts;
  private long[] inverses;
  private int[] slots;

  /** The array is this object's from here on. */
  RansTable(int[] frequencies) {
    this.frequencies = frequencies;
  }

  int frequency(int symbol) {
    return frequencies[symbol];
  }

  int symbols() {
    return frequencies.length;
  }

  /** Bits of a symbol with so many of 4096 parts. */
  static double cost(int frequency) {
    return COST[frequency];
  }

  /**
   * What a decoder looks up by the lowest 12 bits of a state: the symbol in bits 0–7, how far the
   * slot is from the symbol's first one in bits 8–19, frequency − 1 in bits 20–31.
   */
  int[] slots() {
    int[] result = slots;
    if (result == null) {
      result = new int[TOTAL];
      fillSlots(frequencies, result);
      slots = result;
    }
    return result;
  }

  static void fillSlots(int[] frequencies, int[] slots) {
    int at = 0;
    for (int symbol = 0; symbol < frequencies.length; symbol++) {
      int frequency = frequencies[symbol];
      for (int i = 0; i < frequency; i++) {
        slots[at++] = symbol | (i << 8) | ((frequency - 1) << 20);
      }
    }
  }

  /** First slot of each symbol. */
  int[] starts() {
    int[] result = starts;
    if (result == null) {
      result = new int[frequencies.length];
      int at = 0;
      for (int symbol = 0; symbol < frequencies.length; symbol++) {
        result[symbol] = at;
        at += frequencies[symbol];
      }
      starts = result;
    }
    return result;
  }

  /**
   * ⌈2^44 / frequency⌉, or 0 for 0. A state below frequency × 2^20 times it is below 2^64, and
   * without its lowest 44 bits the state's quotient: what rounding up adds, less than frequency ×
   * 2^20 × frequency, is below 2^44.
   */
  static long inverse(int frequency) {
    return frequency == 0 ? 0 : ((1L << INVERSE_BITS) + frequency - 1) / frequency;
  }

  /** {@link #inverse} of each frequency. */
  long[] inverses() {
    long[] result = inverses;
    if (result == null) {
      result = new long[frequencies.length];
      for (int symbol = 0; symbol < frequencies.length; symbol++) {
        result[symbol] = inverse(frequencies[symbol]);
      }
      inverses = result;
    }
    return result;
  }

  /** A state that is too small, with the word at an offset below it. */
  static int refill(int state, byte[] words, int offset) {
    return (state << 16) | ((short) SHORT.get(words, offset) & 0xffff);
  }

  /** Frequencies in proportion to counts, at least 1 where the count is, summing to 4096. */
  static int[] normalise(long[] counts, int symbols) {
    long total = 0;
    for (int i = 0; i < symbols; i++) {
      total += counts[i];
    }
    int[] result = new int[symbols];
    int left = TOTAL;
    for (int i = 0; i < symbols; i++) {
      if (counts[i] > 0) {
        result[i] = (int) Math.max(1, (counts[i] * TOTAL + total / 2) / total);
        left -= result[i];
      }
    }
    while (left != 0) {
      int best = -1;
      double bestGain = Double.NEGATIVE_INFINITY;
      int change = left > 0 ? 1 : -1;
      for (int i = 0; i < symbols; i++) {
        if (result[i] > 0 && result[i] + change > 0) {
          double gain = counts[i] * (COST[result[i]] - COST[result[i] + change]);
          if (gain > bestGain) {
            bestGain = gain;
            best = i;
          }
        }
      }
      result[best] += change;
      left -= change;
    }
    return result;
  }

  /**
   * Writes the frequencies up to the last one that is not 0: bit lengths as the difference to that
   * of {@code stride} symbols before, then the bits below the highest.
   */
  static void write(BitWriter out, int[] frequencies, int symbols, int stride) {
    int last = symbols - 1;
    while (frequencies[last] == 0) {
      last--;
    }
    out.put(last, 8);
    for (int i = 0; i <= last; i++) {
      int length = bitLength(frequencies[i]);
      int difference = length - (i < stride ? 0 : bitLength(frequencies[i - stride]));
      out.putUnary((difference << 1) ^ (difference >> 31));
      if (length > 1) {
        out.put(frequencies[i] & ((1 << (length - 1)) - 1), length - 1);
      }
    }
  }

  /** Reads what {@link #write} wrote into the first of {@code symbols} places. */
  static int[] read(BitReader in, int symbols, int stride, int offset) {
    int last = in.get(8);
    if (last >= symbols) {
      throw new MalformedChunkException(offset, "frequency of symbol " + last);
    }
    int[] result = new int[symbols];
    for (int i = 0; i <= last; i++) {
      int zigzag = in.getUnary(2 * (LOG_TOTAL + 1));
      int length =
          (i < stride ? 0 : bitLength(result[i - stride])) + ((zigzag >>> 1) ^ -(zigzag & 1));
      if (length < 0 || length > LOG_TOTAL + 1) {
        throw new MalformedChunkException(offset, "frequency of " + length + " bits");
      }
      result[i] = length < 2 ? length : (1 << (length - 1)) | in.get(length - 1);
    }
    return result;
  }

  private static int bitLength(int value) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(value);
  }
}
