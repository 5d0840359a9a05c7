package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/**
 * Writes planes as a body: a directory of one u32 per plane, then the planes, each compressed if
 * that makes it smaller. Thread-confined; buffers are kept between chunks.
 */
final class PlaneWriter implements AutoCloseable {
  static final int STORED = 0;
  static final int ZSTD = 1;
  static final int CODER_SHIFT = 28;
  static final int ENTRY_BYTES = 4;

  private final ZstdCompressCtx numbers = ZstdSetting.NUMBERS.open();
  private final ZstdCompressCtx general = ZstdSetting.GENERAL.open();
  private byte[] body = new byte[0];
  private int planes;
  private int next;
  private int length;

  /** Starts a body, forgetting the last one. */
  void start(int planeCount, int planeBytes) {
    int directory = planeCount * ENTRY_BYTES;
    long bound = directory + planeBytes + Zstd.compressBound(planeBytes);
    if (body.length < bound) {
      body = new byte[Math.toIntExact(bound)];
    }
    planes = planeCount;
    next = 0;
    length = directory;
  }

  void add(byte[] source, int offset, int count, ZstdSetting setting) {
    ZstdCompressCtx context = setting == ZstdSetting.NUMBERS ? numbers : general;
    int coder = ZSTD;
    int coded =
        count == 0
            ? 0
            : context.compressByteArray(body, length, body.length - length, source, offset, count);
    if (coded >= count) {
      System.arraycopy(source, offset, body, length, count);
      coder = STORED;
      coded = count;
    }
    INT.set(body, next * ENTRY_BYTES, (coder << CODER_SHIFT) | coded);
    next++;
    length += coded;
  }

  /** Bytes of the body; every plane has been added. */
  int length() {
    if (next != planes) {
      throw new IllegalStateException(next + " planes of " + planes);
    }
    return length;
  }

  void copyTo(byte[] target, int offset) {
    System.arraycopy(body, 0, target, offset, length);
  }

  @Override
  public void close() {
    numbers.close();
    general.close();
  }
}
