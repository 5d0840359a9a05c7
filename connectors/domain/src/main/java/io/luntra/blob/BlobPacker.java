package io.luntra.blob;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Packs a run of payload bytes into blobs (FORMAT.md, blob packing). Not for several threads. */
public final class BlobPacker {
  private final Consumer<byte[]> blobs;
  private final byte[] pending = new byte[BlobPacking.PAYLOAD_BYTES];
  private int pendingBytes;

  /**
   * @param blobs takes each blob of 131,072 bytes, in order, and owns its array
   */
  public BlobPacker(Consumer<byte[]> blobs) {
    this.blobs = Objects.requireNonNull(blobs, "blobs");
  }

  /** The blobs of a payload that starts on a blob of its own: none for no bytes. */
  public static List<byte[]> pack(byte[] payload) {
    List<byte[]> packed = new ArrayList<>(BlobPacking.blobsFor(payload.length));
    BlobPacker packer = new BlobPacker(packed::add);
    packer.write(payload);
    packer.flush();
    return packed;
  }

  public void write(byte[] payload) {
    write(payload, 0, payload.length);
  }

  /** Appends payload[offset, offset + length); the array is not kept. */
  public void write(byte[] payload, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, payload.length);
    int from = offset;
    int left = length;
    while (left > 0) {
      if (pendingBytes == 0 && left >= BlobPacking.PAYLOAD_BYTES) {
        blobs.accept(packFull(payload, from));
        from += BlobPacking.PAYLOAD_BYTES;
        left -= BlobPacking.PAYLOAD_BYTES;
        continue;
      }
      int taken = Math.min(left, BlobPacking.PAYLOAD_BYTES - pendingBytes);
      System.arraycopy(payload, from, pending, pendingBytes, taken);
      pendingBytes += taken;
      from += taken;
      left -= taken;
      if (pendingBytes == BlobPacking.PAYLOAD_BYTES) {
        pendingBytes = 0;
        blobs.accept(packFull(pending, 0));
      }
    }
  }

  /** Fills the last blob with zero bytes, if it has any payload; what follows starts a new blob. */
  public void flush() {
    if (pendingBytes > 0) {
      Arrays.fill(pending, pendingBytes, pending.length, (byte) 0);
      pendingBytes = 0;
      blobs.accept(packFull(pending, 0));
    }
  }

  private static byte[] packFull(byte[] payload, int offset) {
    byte[] blob = new byte[BlobPacking.BLOB_BYTES];
    int from = offset;
    int to = 0;
    for (int group = 0; group < BlobPacking.GROUPS; group++) {
      int high = from + BlobPacking.GROUP_ELEMENTS * BlobPacking.LOW_BYTES;
      int bits =
          ((payload[high] & 0xff) << 16)
              | ((payload[high + 1] & 0xff) << 8)
              | (payload[high + 2] & 0xff);
      for (int shift = 18; shift >= 0; shift -= 6) {
        blob[to] = (byte) ((bits >>> shift) & 0x3f);
        System.arraycopy(payload, from, blob, to + 1, BlobPacking.LOW_BYTES);
        from += BlobPacking.LOW_BYTES;
        to += BlobPacking.ELEMENT_BYTES;
      }
      from = high + 3;
    }
    return blob;
  }
}
