package io.luntra.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/** Writes planes, each with the coder that makes it smallest. Thread-confined. */
final class PlaneWriter implements AutoCloseable {
  static final int STORED = 0;
  static final int ZSTD = 1;
  static final int RANS = 2;
  static final int REPEATED = 3;
  static final int CODER_BITS = 2;

  /** A plane that symbols save less than this part of is stored: that is read many times faster. */
  private static final int LEAST_SAVING = 128;

  /** What zstd is tried on before a whole plane of numbers is. */
  private static final int PIECES = 4;

  private static final int PIECE = 4096;

  private final ZstdCompressCtx numbers = ZstdSetting.NUMBERS.open();
  private final ZstdCompressCtx general = ZstdSetting.GENERAL.open();
  private final RansBytes rans = new RansBytes();
  private final Output coded = new Output();
  private final byte[] pieces = new byte[PIECES * PIECE];
  private byte[] frame = new byte[0];

  /** Appends a plane of numbers that are not looked through for repetitions. */
  void addNumbers(byte[] source, int offset, int count, Output out) {
    if (!addTrivial(source, offset, count, out)
        && !addsShorter(source, offset, count, count, out)) {
      put(STORED, source, offset, count, out);
    }
  }

  /**
   * Appends a plane; one without bytes takes none.
   *
   * @return whether it has repetitions that pay
   */
  boolean add(byte[] source, int offset, int count, ZstdSetting setting, Output out) {
    if (addTrivial(source, offset, count, out)) {
      return true;
    }
    byte[] frame = frame(count);
    int zstd = count;
    if (setting == ZstdSetting.GENERAL) {
      zstd = general.compressByteArray(frame, 0, frame.length, source, offset, count);
    } else if (mayRepeat(source, offset, count)) {
      zstd = numbers.compressByteArray(frame, 0, frame.length, source, offset, count);
    }
    if (addsShorter(source, offset, count, Math.min(zstd, count), out)) {
      return false;
    }
    if (zstd < count) {
      put(ZSTD, frame, 0, zstd, out);
      return true;
    }
    put(STORED, source, offset, count, out);
    return false;
  }

  /** Whether zstd beats the entropy of the symbols on pieces of a plane. */
  private boolean mayRepeat(byte[] source, int offset, int count) {
    if (count <= PIECES * PIECE) {
      return true;
    }
    for (int i = 0; i < PIECES; i++) {
      int from = offset + (int) ((long) i * (count - PIECE) / (PIECES - 1));
      System.arraycopy(source, from, pieces, i * PIECE, PIECE);
    }
    int length = numbers.compressByteArray(frame, 0, frame.length, pieces, 0, pieces.length);
    return (double) length * Byte.SIZE < RansBytes.entropy(pieces);
  }

  private static boolean addTrivial(byte[] source, int offset, int count, Output out) {
    if (count > 0 && isRepeated(source, offset, count)) {
      out.putVarint((1 << CODER_BITS) | REPEATED);
      out.put(source[offset]);
      return true;
    }
    return count == 0;
  }

  private boolean addsShorter(byte[] source, int offset, int count, int limit, Output out) {
    coded.reset();
    int worth = Math.min(limit, count - count / LEAST_SAVING);
    if (!rans.encode(source, offset, count, worth, coded)) {
      return false;
    }
    put(RANS, coded.bytes(), 0, coded.length(), out);
    return true;
  }

  private byte[] frame(int count) {
    int bound = Math.toIntExact(Zstd.compressBound(count));
    if (frame.length < bound) {
      frame = new byte[bound];
    }
    return frame;
  }

  private static void put(int coder, byte[] data, int offset, int count, Output out) {
    out.putVarint((count << CODER_BITS) | coder);
    out.put(data, offset, count);
  }

  private static boolean isRepeated(byte[] source, int offset, int count) {
    byte first = source[offset];
    for (int i = offset + 1; i < offset + count; i++) {
      if (source[i] != first) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    numbers.close();
    general.close();
  }
}
