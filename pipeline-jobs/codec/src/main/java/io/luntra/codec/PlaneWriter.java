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

  private final ZstdCompressCtx numbers = ZstdSetting.NUMBERS.open();
  private final ZstdCompressCtx general = ZstdSetting.GENERAL.open();
  private final RansBytes rans = new RansBytes();
  private final Output coded = new Output();
  private byte[] frame = new byte[0];

  /** Appends a plane; one without bytes takes none. */
  void add(byte[] source, int offset, int count, ZstdSetting setting, Output out) {
    if (count == 0) {
      return;
    }
    if (isRepeated(source, offset, count)) {
      out.putVarint((1 << CODER_BITS) | REPEATED);
      out.put(source[offset]);
      return;
    }
    byte[] frame = frame(count);
    ZstdCompressCtx context = setting == ZstdSetting.NUMBERS ? numbers : general;
    int zstd = context.compressByteArray(frame, 0, frame.length, source, offset, count);
    coded.reset();
    if (rans.encode(source, offset, count, Math.min(zstd, count), coded)) {
      put(RANS, coded.bytes(), 0, coded.length(), out);
    } else if (zstd < count) {
      put(ZSTD, frame, 0, zstd, out);
    } else {
      put(STORED, source, offset, count, out);
    }
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
