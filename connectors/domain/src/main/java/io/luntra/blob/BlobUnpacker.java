package io.luntra.blob;

import io.luntra.failure.VerificationException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The inverse of {@link BlobPacker}. Blobs may come from a stranger: whatever no packer writes is
 * refused with a {@link VerificationException}, namely another length than 131,072 bytes, a field
 * element of more than 254 bits, padding that is not zero, and blobs too few or too many.
 */
public final class BlobUnpacker {
  private BlobUnpacker() {}

  /** The 130,048 payload bytes of a blob, padding included. */
  public static byte[] unpack(byte[] blob) {
    if (blob.length != BlobPacking.BLOB_BYTES) {
      throw new VerificationException(
          "Expected a blob of %d bytes, found %d".formatted(BlobPacking.BLOB_BYTES, blob.length));
    }
    byte[] payload = new byte[BlobPacking.PAYLOAD_BYTES];
    int from = 0;
    int to = 0;
    int tooLarge = 0;
    for (int group = 0; group < BlobPacking.GROUPS; group++) {
      int bits = 0;
      for (int element = 0; element < BlobPacking.GROUP_ELEMENTS; element++) {
        int high = blob[from];
        tooLarge |= high & 0xc0;
        bits = (bits << 6) | (high & 0x3f);
        System.arraycopy(blob, from + 1, payload, to, BlobPacking.LOW_BYTES);
        from += BlobPacking.ELEMENT_BYTES;
        to += BlobPacking.LOW_BYTES;
      }
      payload[to] = (byte) (bits >>> 16);
      payload[to + 1] = (byte) (bits >>> 8);
      payload[to + 2] = (byte) bits;
      to += 3;
    }
    if (tooLarge != 0) {
      throw new VerificationException(
          "Field element %d of a blob has more than 254 bits".formatted(firstTooLarge(blob)));
    }
    return payload;
  }

  /**
   * The first {@code payloadBytes} payload bytes of a blob.
   *
   * @param payloadBytes 0 to 130,048
   */
  public static byte[] unpack(byte[] blob, int payloadBytes) {
    if (payloadBytes < 0 || payloadBytes > BlobPacking.PAYLOAD_BYTES) {
      throw new IllegalArgumentException("A blob cannot carry " + payloadBytes + " bytes");
    }
    byte[] payload = unpack(blob);
    for (int i = payloadBytes; i < payload.length; i++) {
      if (payload[i] != 0) {
        throw new VerificationException(
            "Byte %d of a blob's payload is padding and not zero: the payload ends at %d"
                .formatted(i, payloadBytes));
      }
    }
    return Arrays.copyOf(payload, payloadBytes);
  }

  /** The payload of consecutive blobs, which must be exactly as many as it needs. */
  public static byte[] unpack(List<byte[]> blobs, int payloadBytes) {
    if (blobs.size() != BlobPacking.blobsFor(payloadBytes)) {
      throw new VerificationException(
          "Expected %d blobs for %d bytes, found %d"
              .formatted(BlobPacking.blobsFor(payloadBytes), payloadBytes, blobs.size()));
    }
    byte[] payload = new byte[payloadBytes];
    int position = 0;
    for (byte[] blob : blobs) {
      int length = Math.min(BlobPacking.PAYLOAD_BYTES, payloadBytes - position);
      System.arraycopy(unpack(blob, length), 0, payload, position, length);
      position += length;
    }
    return payload;
  }

  /**
   * The payload of consecutive blobs as a stream, which takes one blob at a time. Its methods throw
   * {@link VerificationException} when a blob is bad, when blobs end too early, and at its end when
   * one is left over.
   */
  public static InputStream stream(Iterator<byte[]> blobs, long payloadBytes) {
    return new BlobInputStream(blobs, payloadBytes);
  }

  private static int firstTooLarge(byte[] blob) {
    int at = 0;
    while ((blob[at] & 0xc0) == 0) {
      at += BlobPacking.ELEMENT_BYTES;
    }
    return at / BlobPacking.ELEMENT_BYTES;
  }
}
