package io.luntra.ethereum.signer;

import java.util.Arrays;

/**
 * Takes the transaction out of its network form, {@code 0x03 || rlp([body, …])} (EIP-4844,
 * EIP-7594). What stands around it is not checked: only the transaction is kept, and its reader
 * checks that.
 */
final class NetworkForm {
  private static final int SHORT_LIST = 0xc0;
  private static final int LONG_LIST = 0xf7;

  private NetworkForm() {}

  /** The body; bytes of any other form as they are. */
  static byte[] body(byte[] bytes) {
    int outer = 1;
    if (bytes.length < 3 || bytes[0] != 3 || !isList(bytes, outer)) {
      return bytes;
    }
    int inner = outer + headerBytes(bytes, outer);
    if (!isList(bytes, inner)) {
      return bytes;
    }
    long end = inner + headerBytes(bytes, inner) + payloadBytes(bytes, inner);
    if (end > bytes.length) {
      return bytes;
    }
    byte[] body = Arrays.copyOfRange(bytes, inner - 1, (int) end);
    body[0] = bytes[0];
    return body;
  }

  private static boolean isList(byte[] bytes, int at) {
    return at < bytes.length
        && (bytes[at] & 0xff) >= SHORT_LIST
        && at + headerBytes(bytes, at) <= bytes.length;
  }

  /** 1 to 9. */
  private static int headerBytes(byte[] bytes, int at) {
    return 1 + Math.max(0, (bytes[at] & 0xff) - LONG_LIST);
  }

  /** Below 2^31, or as much. */
  private static long payloadBytes(byte[] bytes, int at) {
    int header = headerBytes(bytes, at);
    if (header == 1) {
      return (long) (bytes[at] & 0xff) - SHORT_LIST;
    }
    long length = 0;
    for (int i = at + 1; i < at + header; i++) {
      length = Math.min(Integer.MAX_VALUE, length << 8 | (bytes[i] & 0xff));
    }
    return length;
  }
}
