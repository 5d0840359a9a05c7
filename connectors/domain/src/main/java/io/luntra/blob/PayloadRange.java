package io.luntra.blob;

import io.luntra.failure.VerificationException;
import java.util.List;

/**
 * Bytes of the payload that one blob carries, and the consecutive field elements that they come
 * from (FORMAT.md, blob packing). Who wants one of the last three bytes of a group needs the group
 * from its first element on.
 *
 * @param from first byte, 0 to 130,047
 * @param to byte after the last one, {@code from} + 1 to 130,048
 */
public record PayloadRange(int from, int to) {
  private static final int GROUP_TAIL = BlobPacking.GROUP_ELEMENTS * BlobPacking.LOW_BYTES;

  public PayloadRange {
    if (from < 0 || from >= to || to > BlobPacking.PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "Bytes %d to %d are not in the %d of a blob"
              .formatted(from, to, BlobPacking.PAYLOAD_BYTES));
    }
  }

  /** The first element that is needed. */
  public int firstElement() {
    int group = from / BlobPacking.GROUP_PAYLOAD_BYTES;
    boolean endsBeforeTail = to <= group * BlobPacking.GROUP_PAYLOAD_BYTES + GROUP_TAIL;
    return group * BlobPacking.GROUP_ELEMENTS + (endsBeforeTail ? lowElement(from) : 0);
  }

  /** How many elements are needed. */
  public int elements() {
    int group = (to - 1) / BlobPacking.GROUP_PAYLOAD_BYTES;
    int last = Math.min(lowElement(to - 1), BlobPacking.GROUP_ELEMENTS - 1);
    return group * BlobPacking.GROUP_ELEMENTS + last + 1 - firstElement();
  }

  private static int lowElement(int position) {
    return position % BlobPacking.GROUP_PAYLOAD_BYTES / BlobPacking.LOW_BYTES;
  }

  /**
   * The bytes.
   *
   * @param values of the elements that are needed, in order
   * @throws VerificationException when one has more than 254 bits
   */
  public byte[] unpack(List<Bytes32> values) {
    if (values.size() != elements()) {
      throw new IllegalArgumentException(
          "Expected %d elements, found %d".formatted(elements(), values.size()));
    }
    byte[] blob = new byte[BlobPacking.BLOB_BYTES];
    int position = firstElement() * BlobPacking.ELEMENT_BYTES;
    for (Bytes32 value : values) {
      System.arraycopy(value.bytes(), 0, blob, position, BlobPacking.ELEMENT_BYTES);
      position += BlobPacking.ELEMENT_BYTES;
    }
    byte[] bytes = new byte[to - from];
    System.arraycopy(BlobUnpacker.unpack(blob), from, bytes, 0, bytes.length);
    return bytes;
  }
}
