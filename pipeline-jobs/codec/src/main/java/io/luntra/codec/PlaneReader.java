package io.luntra.codec;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;

/** The inverse of {@link PlaneWriter}. Thread-confined. */
final class PlaneReader implements AutoCloseable {
  private static final int CODER_MASK = (1 << PlaneWriter.CODER_BITS) - 1;

  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

  /** Fills {@code count} bytes of {@code target} from the next plane. */
  void read(Input in, byte[] target, int offset, int count) {
    if (count == 0) {
      return;
    }
    int at = in.at();
    int entry = in.getVarint();
    int length = entry >>> PlaneWriter.CODER_BITS;
    int coder = entry & CODER_MASK;
    boolean fits =
        switch (coder) {
          case PlaneWriter.STORED -> length == count;
          case PlaneWriter.REPEATED -> length == 1;
          default -> length < count;
        };
    if (!fits) {
      throw new MalformedChunkException(
          at, "plane of %d bytes as %d with coder %d".formatted(count, length, coder));
    }
    int data = in.skip(length);
    byte[] source = in.source();
    switch (coder) {
      case PlaneWriter.STORED -> System.arraycopy(source, data, target, offset, count);
      case PlaneWriter.REPEATED -> Arrays.fill(target, offset, offset + count, source[data]);
      case PlaneWriter.RANS ->
          RansBytes.decode(new Input(source, data, length), target, offset, count);
      default -> decompress(source, data, length, target, offset, count);
    }
  }

  private void decompress(
      byte[] source, int at, int coded, byte[] target, int offset, int expected) {
    int found;
    try {
      found = zstd.decompressByteArray(target, offset, expected, source, at, coded);
    } catch (ZstdException e) {
      throw new MalformedChunkException(at, "zstd: " + e.getMessage(), e);
    }
    if (found != expected) {
      throw new MalformedChunkException(
          at, "plane of %d bytes, expected %d".formatted(found, expected));
    }
  }

  @Override
  public void close() {
    zstd.close();
  }
}
