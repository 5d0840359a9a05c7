package io.luntra.codec;

import static io.luntra.codec.LittleEndian.LONG;

import java.util.Arrays;

/** Reads what a {@link LevelEncoder} wrote. Thread-confined; buffers are kept. */
final class LevelDecoder {
  private static final int[] DIRECT = new int[Tokens.FIRST_WITH_BITS];

  /** Bytes that one element takes at most of the raw bits, and of the words. */
  private static final int MOST_RAW_BYTES = 5;

  static {
    for (int token = 0; token < DIRECT.length; token++) {
      int magnitude = Tokens.magnitudeClass(token);
      DIRECT[token] = (token & 1) == 1 ? magnitude : -magnitude;
    }
  }

  private final LevelContexts contexts = new LevelContexts();
  private final int[] bases = new int[LevelContexts.COUNT];
  private final int[] states = new int[LevelEncoder.LANES];
  private int[] slots = new int[0];
  private byte[] rowClasses = new byte[0];
  private byte[] tokens = new byte[0];
  private byte[] words = new byte[0];
  private byte[] raw = new byte[0];
  private int wordAt;
  private long rawAt;
  private int largest;

  /**
   * Fills the first {@code elements} of {@code levels}, reading all that is left.
   *
   * @param limit largest magnitude that is not refused, at least 15
   */
  void decode(
      Input in, PlaneReader planes, int rowElements, int elements, int limit, int[] levels) {
    largest = limit;
    int width = LevelContexts.width(rowElements, elements);
    int rows = GridChunk.rows(elements, width);
    if (rowClasses.length < rows) {
      rowClasses = new byte[rows];
    }
    int start = in.at();
    planes.read(in, rowClasses, 0, rows);
    boolean any = false;
    for (int row = 0; row < rows; row++) {
      if (rowClasses[row] < 0) {
        throw new MalformedChunkException(start, "class of row " + row);
      }
      any |= rowClasses[row] != LevelContexts.ZERO_ROW;
    }
    if (any) {
      readClasses(in);
      int rawLength = in.getVarint();
      int rawStart = in.skip(rawLength);
      for (int lane = 0; lane < states.length; lane++) {
        states[lane] = in.getInt();
      }
      int wordBytes = in.left();
      raw = padded(raw, in.source(), rawStart, rawLength, width * MOST_RAW_BYTES + Long.BYTES);
      words = padded(words, in.source(), in.skip(wordBytes), wordBytes, width * Short.BYTES);
      wordAt = 0;
      rawAt = 0;
      rows(levels, elements, rows, width, rawLength, wordBytes, rawStart);
    } else {
      Arrays.fill(levels, 0, elements, 0);
    }
    if (in.left() > 0) {
      throw new MalformedChunkException(in.at(), in.left() + " bytes after the levels");
    }
  }

  private static byte[] padded(byte[] buffer, byte[] source, int from, int length, int padding) {
    byte[] result = buffer.length < length + padding ? new byte[length + padding] : buffer;
    System.arraycopy(source, from, result, 0, length);
    Arrays.fill(result, length, length + padding, (byte) 0);
    return result;
  }

  private void readClasses(Input in) {
    int at = in.at();
    int count = in.get();
    if (count < 1 || count > LevelEncoder.MAX_CLASSES) {
      throw new MalformedChunkException(at, count + " classes");
    }
    Arrays.fill(bases, 0);
    int last = 0;
    for (int i = 1; i < count; i++) {
      int first = in.get();
      if (first <= last || first >= LevelContexts.COUNT) {
        throw new MalformedChunkException(at + i, "class from " + first + " after " + last);
      }
      Arrays.fill(bases, first, bases.length, i << RansTable.LOG_TOTAL);
      last = first;
    }
    if (slots.length < count << RansTable.LOG_TOTAL) {
      slots = new int[count << RansTable.LOG_TOTAL];
    }
    BitReader bits = new BitReader(in.source(), in.at(), in.left());
    for (int i = 0; i < count; i++) {
      int[] table = readTable(bits, in.at()).slots();
      System.arraycopy(table, 0, slots, i << RansTable.LOG_TOTAL, RansTable.TOTAL);
    }
    in.skip(bits.nextByte() - in.at());
  }

  private static RansTable readTable(BitReader bits, int at) {
    int spec = bits.get(8);
    if (spec < LevelTables.COUNT) {
      return LevelTables.get(spec);
    }
    int[] table = new int[Tokens.COUNT];
    int sum = 0;
    if (spec == LevelClasses.FULL) {
      table = RansTable.read(bits, Tokens.COUNT, 2, at);
      for (int frequency : table) {
        sum += frequency;
      }
    } else if (spec == LevelClasses.SYMMETRIC) {
      int[] magnitudes = RansTable.read(bits, Tokens.MAGNITUDES, 1, at);
      table[0] = magnitudes[0];
      sum = table[0];
      for (int i = 1; i < magnitudes.length; i++) {
        table[2 * i - 1] = magnitudes[i];
        table[2 * i] = magnitudes[i];
        sum += 2 * magnitudes[i];
      }
      if (sum < RansTable.TOTAL) {
        table[Tokens.ESCAPE] = RansTable.TOTAL - sum;
        sum = RansTable.TOTAL;
      }
    }
    if (sum != RansTable.TOTAL) {
      throw new MalformedChunkException(at, "table " + spec + " of " + sum + " parts");
    }
    return new RansTable(table);
  }

  private void rows(
      int[] levels, int elements, int rows, int width, int rawLength, int wordBytes, int at) {
    if (tokens.length < width) {
      tokens = new byte[width];
    }
    contexts.start(width);
    byte[] columns = contexts.columns();
    for (int row = 0, start = 0; row < rows; row++, start += width) {
      int count = Math.min(width, elements - start);
      int rowClass = rowClasses[row];
      if (rowClass == LevelContexts.ZERO_ROW) {
        Arrays.fill(levels, start, start + count, 0);
        continue;
      }
      wordAt = readTokens(slots, bases, columns, rowClass, count, states, words, wordAt, tokens);
      for (int j = 0; j < count; j++) {
        int token = tokens[j] & 0xff;
        levels[start + j] = token < Tokens.FIRST_WITH_BITS ? DIRECT[token] : withBits(token, at);
      }
      if (wordAt > wordBytes || rawAt > rawLength * 8L) {
        throw new MalformedChunkException(at, "levels end in row " + row);
      }
      contexts.update(levels, start, count, rowClass);
    }
    for (int state : states) {
      if (state != RansTable.LOW || wordAt != wordBytes || rawLength * 8L - rawAt >= 8) {
        throw new MalformedChunkException(at, "levels end otherwise than they began");
      }
    }
  }

  private int withBits(int token, int at) {
    if (token != Tokens.ESCAPE) {
      int magnitudeClass = Tokens.magnitudeClass(token);
      int magnitude = Tokens.first(magnitudeClass) + rawBits(Tokens.bits(magnitudeClass));
      checkMagnitude(magnitude, at);
      return (token & 1) == 1 ? magnitude : -magnitude;
    }
    int head = rawBits(Tokens.ESCAPE_BITS);
    int length = head >>> 1;
    if (length > Tokens.MAGNITUDE_BITS) {
      throw new MalformedChunkException(at, "level of " + length + " bits");
    }
    int magnitude = length < 2 ? length : (1 << (length - 1)) | rawBits(length - 1);
    checkMagnitude(magnitude, at);
    return (head & 1) == 0 ? magnitude : -magnitude;
  }

  private void checkMagnitude(int magnitude, int at) {
    if (magnitude > largest) {
      throw new MalformedChunkException(at, "level " + magnitude + ", at most " + largest);
    }
  }

  private int rawBits(int count) {
    long word = (long) LONG.get(raw, (int) (rawAt >>> 3));
    int value = (int) (word >>> (rawAt & 7)) & ((1 << count) - 1);
    rawAt += count;
    return value;
  }

  /**
   * Decodes the tokens of a row. Element j is of lane j modulo 4; words are taken in the order of
   * the elements.
   *
   * @return where the next word is
   */
  private static int readTokens(
      int[] slots,
      int[] bases,
      byte[] columns,
      int rowClass,
      int count,
      int[] states,
      byte[] words,
      int from,
      byte[] tokens) {
    int s0 = states[0];
    int s1 = states[1];
    int s2 = states[2];
    int s3 = states[3];
    int at = from;
    int j = 0;
    for (; j + 4 <= count; j += 4) {
      int e0 = slots[bases[rowClass + columns[j]] + (s0 & 4095)];
      int e1 = slots[bases[rowClass + columns[j + 1]] + (s1 & 4095)];
      int e2 = slots[bases[rowClass + columns[j + 2]] + (s2 & 4095)];
      int e3 = slots[bases[rowClass + columns[j + 3]] + (s3 & 4095)];
      s0 = ((e0 >>> 20) + 1) * (s0 >>> 12) + ((e0 >>> 8) & 4095);
      s1 = ((e1 >>> 20) + 1) * (s1 >>> 12) + ((e1 >>> 8) & 4095);
      s2 = ((e2 >>> 20) + 1) * (s2 >>> 12) + ((e2 >>> 8) & 4095);
      s3 = ((e3 >>> 20) + 1) * (s3 >>> 12) + ((e3 >>> 8) & 4095);
      tokens[j] = (byte) e0;
      tokens[j + 1] = (byte) e1;
      tokens[j + 2] = (byte) e2;
      tokens[j + 3] = (byte) e3;
      if (s0 >>> 16 == 0) {
        s0 = RansTable.refill(s0, words, at);
        at += 2;
      }
      if (s1 >>> 16 == 0) {
        s1 = RansTable.refill(s1, words, at);
        at += 2;
      }
      if (s2 >>> 16 == 0) {
        s2 = RansTable.refill(s2, words, at);
        at += 2;
      }
      if (s3 >>> 16 == 0) {
        s3 = RansTable.refill(s3, words, at);
        at += 2;
      }
    }
    states[0] = s0;
    states[1] = s1;
    states[2] = s2;
    states[3] = s3;
    for (; j < count; j++) {
      int state = states[j & 3];
      int e = slots[bases[rowClass + columns[j]] + (state & 4095)];
      state = ((e >>> 20) + 1) * (state >>> 12) + ((e >>> 8) & 4095);
      tokens[j] = (byte) e;
      if (state >>> 16 == 0) {
        state = RansTable.refill(state, words, at);
        at += 2;
      }
      states[j & 3] = state;
    }
    return at;
  }
}
