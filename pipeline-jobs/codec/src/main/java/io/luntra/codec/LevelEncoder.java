package io.luntra.codec;

import static io.luntra.codec.LittleEndian.SHORT;

import java.util.Arrays;

/** Writes levels as a level stream; see FORMAT.md. Thread-confined; buffers are kept. */
final class LevelEncoder {
  static final int LANES = 4;
  static final int MAX_CLASSES = 32;

  private static final double LN_2 = 0x1.62e42fefa39efp-1;

  private final LevelContexts contexts = new LevelContexts();
  private final LevelClasses classes = new LevelClasses();
  private final Output trial = new Output();
  private final BitWriter bits = new BitWriter();
  private final int[] counts = new int[LevelContexts.COUNT * Tokens.COUNT];
  private byte[] rowClasses = new byte[0];
  private long[] sums = new long[0];
  private byte[] tokens = new byte[0];
  private byte[] places = new byte[0];
  private short[] symbols = new short[0];
  private byte[] words = new byte[0];

  /** Appends the stream of levels of magnitudes below 2^31. */
  void encode(int[] levels, int elements, int rowElements, PlaneWriter planes, Output out) {
    int width = LevelContexts.width(rowElements, elements);
    int rows = GridChunk.rows(elements, width);
    reserve(rows, elements);
    boolean any = classifyRows(levels, elements, rows, width, planes);
    if (!any) {
      addRowClasses(rows, planes, out);
      return;
    }
    count(levels, elements, rows, width);
    classes.choose(counts);
    addRowClasses(rows, planes, out);
    classes.write(bits, out);
    bits.reset();
    symbols(levels, elements, rows, width);
    out.putVarint(bits.length());
    out.put(bits);
    words(elements, rows, width, out);
  }

  /** Finds the class of each row, or one for all; returns whether there is a level but 0. */
  private boolean classifyRows(
      int[] levels, int elements, int rows, int width, PlaneWriter planes) {
    long total = 0;
    for (int row = 0, start = 0; row < rows; row++, start += width) {
      int end = Math.min(elements, start + width);
      long sum = 0;
      for (int i = start; i < end; i++) {
        sum += Math.abs(levels[i]);
      }
      sums[row] = sum;
      total += sum;
      rowClasses[row] = (byte) LevelContexts.rowClass(sum, end - start);
    }
    if (total == 0) {
      return false;
    }
    trial.reset();
    addRowClasses(rows, planes, trial);
    if (savedByRowClasses(elements, rows, width, total) < trial.length() * (double) Byte.SIZE) {
      Arrays.fill(rowClasses, 0, rows, (byte) LevelContexts.rowClass(total, elements));
    }
    return true;
  }

  private void addRowClasses(int rows, PlaneWriter planes, Output out) {
    planes.add(rowClasses, 0, rows, ZstdSetting.NUMBERS, out);
  }

  /**
   * About how many bits it costs to take all rows for average ones: a zero among levels of mean
   * magnitude m costs m / ln 2, and a scale that is wrong by a factor of 1 + ε costs ε² / ln 2,
   * less where most levels are 0.
   */
  private double savedByRowClasses(int elements, int rows, int width, long total) {
    double mean = (double) total / elements;
    double saved = 0;
    for (int row = 0, start = 0; row < rows; row++, start += width) {
      int count = Math.min(width, elements - start);
      if (sums[row] == 0) {
        saved += count * mean;
      } else {
        double rowMean = (double) sums[row] / count;
        double error = StrictMath.log(rowMean / mean);
        saved += count * Math.min(1, rowMean) * error * error;
      }
    }
    return saved / LN_2;
  }

  private void reserve(int rows, int elements) {
    if (rowClasses.length < rows) {
      rowClasses = new byte[rows];
      sums = new long[rows];
    }
    if (tokens.length < elements) {
      tokens = new byte[elements];
      places = new byte[elements];
      symbols = new short[elements];
      words = new byte[elements * 2];
    }
  }

  private void count(int[] levels, int elements, int rows, int width) {
    Arrays.fill(counts, 0);
    contexts.start(width);
    byte[] columns = contexts.columns();
    for (int row = 0, start = 0; row < rows; row++, start += width) {
      int rowClass = rowClasses[row];
      if (rowClass == LevelContexts.ZERO_ROW) {
        continue;
      }
      int count = Math.min(width, elements - start);
      for (int j = 0, i = start; j < count; j++, i++) {
        int token = Tokens.of(levels[i]);
        int place = rowClass + columns[j];
        tokens[i] = (byte) token;
        places[i] = (byte) place;
        counts[place * Tokens.COUNT + token]++;
      }
      contexts.update(levels, start, count, rowClass);
    }
  }

  /** Finds what is coded for each element, and writes the raw bits. */
  private void symbols(int[] levels, int elements, int rows, int width) {
    int[] frequencies = classes.frequencies();
    int[] bases = classes.bases();
    for (int row = 0, start = 0; row < rows; row++, start += width) {
      if (rowClasses[row] == LevelContexts.ZERO_ROW) {
        continue;
      }
      int end = Math.min(elements, start + width);
      for (int i = start; i < end; i++) {
        int token = tokens[i] & 0xff;
        int symbol = bases[places[i] & 0xff] + token;
        if (frequencies[symbol] == 0) {
          symbol += Tokens.ESCAPE - token;
          escape(levels[i]);
        } else if (token >= Tokens.FIRST_WITH_BITS) {
          int magnitudeClass = Tokens.magnitudeClass(token);
          bits.put(Math.abs(levels[i]) - Tokens.first(magnitudeClass), Tokens.bits(magnitudeClass));
        }
        symbols[i] = (short) symbol;
      }
    }
  }

  private void escape(int level) {
    int magnitude = Math.abs(level);
    int length = Integer.SIZE - Integer.numberOfLeadingZeros(magnitude);
    bits.put((length << 1) | (level >>> 31), Tokens.ESCAPE_BITS);
    if (length > 1) {
      bits.put(magnitude & ((1 << (length - 1)) - 1), length - 1);
    }
  }

  private void words(int elements, int rows, int width, Output out) {
    int[] frequencies = classes.frequencies();
    int[] starts = classes.starts();
    long[] inverses = classes.inverses();
    long[] states = new long[LANES];
    Arrays.fill(states, RansTable.LOW);
    int at = words.length;
    for (int row = rows - 1; row >= 0; row--) {
      if (rowClasses[row] == LevelContexts.ZERO_ROW) {
        continue;
      }
      int start = row * width;
      for (int j = Math.min(width, elements - start) - 1; j >= 0; j--) {
        int symbol = symbols[start + j];
        int frequency = frequencies[symbol];
        long state = states[j & (LANES - 1)];
        if (state >= (long) frequency << 20) {
          at -= 2;
          SHORT.set(words, at, (short) state);
          state >>>= 16;
        }
        long quotient = (state * inverses[symbol]) >>> RansTable.INVERSE_BITS;
        states[j & (LANES - 1)] = state + quotient * (RansTable.TOTAL - frequency) + starts[symbol];
      }
    }
    for (long state : states) {
      out.putInt((int) state);
    }
    out.put(words, at, words.length - at);
  }
}
