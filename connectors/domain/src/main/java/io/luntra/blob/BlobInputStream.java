package io.luntra.blob;

import io.luntra.failure.VerificationException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Objects;

/** The payload of consecutive blobs, unpacked one blob at a time. */
final class BlobInputStream extends InputStream {
  private final Iterator<byte[]> blobs;
  private final long payloadBytes;
  private final int expectedBlobs;
  private long left;
  private int blobsRead;
  private byte[] payload = new byte[0];
  private int position;

  BlobInputStream(Iterator<byte[]> blobs, long payloadBytes) {
    this.blobs = Objects.requireNonNull(blobs, "blobs");
    this.payloadBytes = payloadBytes;
    this.expectedBlobs = BlobPacking.blobsFor(payloadBytes);
    this.left = payloadBytes;
  }

  @Override
  public int read() {
    return fill() ? payload[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, payload.length - position);
    System.arraycopy(payload, position, target, offset, count);
    position += count;
    return count;
  }

  private boolean fill() {
    if (position < payload.length) {
      return true;
    }
    if (left == 0) {
      if (blobs.hasNext()) {
        throw wrongCount("more");
      }
      return false;
    }
    if (!blobs.hasNext()) {
      throw wrongCount(String.valueOf(blobsRead));
    }
    payload = BlobUnpacker.unpack(blobs.next(), (int) Math.min(left, BlobPacking.PAYLOAD_BYTES));
    blobsRead++;
    left -= payload.length;
    position = 0;
    return true;
  }

  private VerificationException wrongCount(String found) {
    return new VerificationException(
        "Expected %d blobs for %d bytes, found %s".formatted(expectedBlobs, payloadBytes, found));
  }
}
