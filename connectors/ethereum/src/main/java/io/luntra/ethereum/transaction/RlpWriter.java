package io.luntra.ethereum.transaction;

import io.luntra.kzg.Kzg;

/**
 * Writes RLP into one array of known size. web3j's encoder copies the whole list once per element,
 * which for 768 proofs behind 6 blobs is 600 MB.
 */
final class RlpWriter {
  static final int PROOF_BYTES = Kzg.PROOF_BYTES;

  private final byte[] bytes;
  private int position;

  RlpWriter(int size) {
    bytes = new byte[size];
  }

  /** Encoded size of a string of at least 2 bytes. */
  static int stringSize(int length) {
    return headerSize(length) + length;
  }

  static int listSize(int payload) {
    return headerSize(payload) + payload;
  }

  void listHeader(int payload) {
    header(0xc0, payload);
  }

  /** A string of at least 2 bytes. */
  void string(byte[] source, int offset, int length) {
    header(0x80, length);
    raw(source, offset, length);
  }

  void raw(byte[] source, int offset, int length) {
    System.arraycopy(source, offset, bytes, position, length);
    position += length;
  }

  /** The array itself, full. */
  byte[] bytes() {
    if (position != bytes.length) {
      throw new IllegalStateException(position + " bytes written of " + bytes.length);
    }
    return bytes;
  }

  private void header(int offset, int length) {
    int lengthBytes = headerSize(length) - 1;
    if (lengthBytes == 0) {
      bytes[position++] = (byte) (offset + length);
      return;
    }
    bytes[position++] = (byte) (offset + 55 + lengthBytes);
    for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
      bytes[position++] = (byte) (length >>> shift);
    }
  }

  private static int headerSize(int length) {
    if (length <= 55) {
      return 1;
    }
    return 1 + (32 - Integer.numberOfLeadingZeros(length) + 7) / 8;
  }
}
