package io.luntra.codec;

import static io.luntra.codec.LittleEndian.INT;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

/** The inverse of {@link PlaneWriter}. Thread-confined; the buffer is kept between chunks. */
final class PlaneReader implements AutoCloseable {
  private static final int LENGTH_MASK = (1 << PlaneWriter.CODER_SHIFT) - 1;

  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private byte[] planes = new byte[0];

  /**
   * Decodes a body into planes that follow each other.
   *
   * @param lengths bytes of each plane, decoded
   * @return a buffer of this reader, good until its next call; it may be longer than the planes
   */
  byte[] read(byte[] source, int offset, int length, int... lengths) {
    int at = offset + lengths.length * PlaneWriter.ENTRY_BYTES;
    int end = offset + length;
    if (at > end) {
      throw new MalformedChunkException(
          offset, "body of %d bytes for %d planes".formatted(length, lengths.length));
    }
    int total = 0;
    for (int plane : lengths) {
      total += plane;
    }
    if (planes.length < total) {
      planes = new byte[total];
    }
    int target = 0;
    for (int i = 0; i < lengths.length; i++) {
      int entryAt = offset + i * PlaneWriter.ENTRY_BYTES;
      int entry = (int) INT.get(source, entryAt);
      int coder = entry >>> PlaneWriter.CODER_SHIFT;
      int coded = entry & LENGTH_MASK;
      if (coded > end - at) {
        throw new MalformedChunkException(
            entryAt, "plane %d of %d bytes, %d are left".formatted(i, coded, end - at));
      }
      if (coder == PlaneWriter.STORED && coded == lengths[i]) {
        System.arraycopy(source, at, planes, target, coded);
      } else if (coder == PlaneWriter.ZSTD && coded < lengths[i]) {
        decompress(source, at, coded, target, lengths[i]);
      } else {
        throw new MalformedChunkException(
            entryAt,
            "plane %d of %d bytes as %d bytes with coder %d"
                .formatted(i, lengths[i], coded, coder));
      }
      at += coded;
      target += lengths[i];
    }
    if (at != end) {
      throw new MalformedChunkException(at, (end - at) + " bytes after the last plane");
    }
    return planes;
  }

  private void decompress(byte[] source, int at, int coded, int target, int expected) {
    int found;
    try {
      found = zstd.decompressByteArray(planes, target, expected, source, at, coded);
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
