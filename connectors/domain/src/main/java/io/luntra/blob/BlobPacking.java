package io.luntra.blob;

/**
 * Sizes of the packing of payload into blobs, version 1, as FORMAT.md defines it: 254 bits per
 * field element.
 */
public final class BlobPacking {
  /** Bytes of a blob: 4096 field elements of 32 bytes (EIP-4844). */
  public static final int BLOB_BYTES = 131_072;

  /** Payload bytes that a blob carries. */
  public static final int PAYLOAD_BYTES = 130_048;

  static final int ELEMENT_BYTES = 32;

  /** Payload bytes in the low 248 bits of an element. */
  static final int LOW_BYTES = 31;

  /** A group is 4 elements: 4 × 31 bytes, and 3 bytes in four times 6 bits. */
  static final int GROUP_ELEMENTS = 4;

  static final int GROUP_BYTES = GROUP_ELEMENTS * ELEMENT_BYTES;
  static final int GROUP_PAYLOAD_BYTES = GROUP_ELEMENTS * LOW_BYTES + 3;
  static final int GROUPS = BLOB_BYTES / GROUP_BYTES;

  private BlobPacking() {}

  /**
   * Blobs that carry this many payload bytes; none carry 0.
   *
   * @throws IllegalArgumentException when it is negative, or needs more than 2^31 - 1 blobs
   */
  public static int blobsFor(long payloadBytes) {
    long blobs = payloadBytes / PAYLOAD_BYTES + (payloadBytes % PAYLOAD_BYTES == 0 ? 0 : 1);
    if (payloadBytes < 0 || blobs > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("Payload of " + payloadBytes + " bytes");
    }
    return (int) blobs;
  }
}
