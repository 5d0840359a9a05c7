package io.luntra.devnet;

/**
 * Checks that bytes are one canonical RLP item before a recursive decoder sees them: lengths in
 * their shortest form and inside their list, nesting and number of items bounded.
 */
final class RlpShape {
  /** Sidecar, body, access list, its entry, its storage keys: five lists. */
  private static final int MAX_DEPTH = 6;

  private static final int MAX_ITEMS = 65_536;

  private final byte[] bytes;
  private int items;

  private RlpShape(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws PoolRefusal saying what is wrong and at which offset
   */
  static void requireList(byte[] bytes) {
    if (bytes.length == 0 || (bytes[0] & 0xff) < 0xc0) {
      throw refusal("expected a list", 0);
    }
    int end = new RlpShape(bytes).item(0, bytes.length, 0);
    if (end != bytes.length) {
      throw refusal("bytes after the list", end);
    }
  }

  /** Returns the offset behind the item at {@code start}. */
  private int item(int start, int limit, int depth) {
    if (++items > MAX_ITEMS) {
      throw refusal("more than " + MAX_ITEMS + " items", start);
    }
    int prefix = bytes[start] & 0xff;
    if (prefix < 0x80) {
      return start + 1;
    }
    boolean list = prefix >= 0xc0;
    int shortForm = prefix - (list ? 0xc0 : 0x80);
    int lengthBytes = Math.max(0, shortForm - 55);
    int content = start + 1 + lengthBytes;
    long length = lengthBytes == 0 ? shortForm : longLength(start, lengthBytes, limit);
    if (length > limit - content) {
      throw refusal("value larger than its container", start);
    }
    int end = content + (int) length;
    if (!list) {
      if (length == 1 && bytes[content] >= 0) {
        throw refusal("non-canonical size of a single byte", start);
      }
      return end;
    }
    if (depth == MAX_DEPTH) {
      throw refusal("lists nested deeper than " + MAX_DEPTH, start);
    }
    int offset = content;
    while (offset < end) {
      offset = item(offset, end, depth + 1);
    }
    return end;
  }

  private long longLength(int start, int lengthBytes, int limit) {
    if (lengthBytes > 4 || lengthBytes > limit - start - 1) {
      throw refusal("value larger than its container", start);
    }
    long length = 0;
    for (int i = 1; i <= lengthBytes; i++) {
      length = (length << 8) | (bytes[start + i] & 0xff);
    }
    if (bytes[start + 1] == 0 || length < 56) {
      throw refusal("non-canonical size", start);
    }
    return length;
  }

  private static PoolRefusal refusal(String what, int offset) {
    return new PoolRefusal("rlp: %s, at byte %,d".formatted(what, offset));
  }
}
