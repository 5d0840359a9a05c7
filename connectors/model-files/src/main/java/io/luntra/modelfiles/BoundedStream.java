package io.luntra.modelfiles;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream's next bytes, and no more of them. */
public final class BoundedStream extends FilterInputStream {
  private long left;

  public BoundedStream(InputStream in, long bytes) {
    super(in);
    this.left = bytes;
  }

  @Override
  public int read() throws IOException {
    if (left == 0) {
      return -1;
    }
    int read = super.read();
    left -= read < 0 ? 0 : 1;
    return read;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0 && length > 0) {
      return -1;
    }
    int read = super.read(target, offset, (int) Math.min(length, left));
    left -= Math.max(0, read);
    return read;
  }
}
