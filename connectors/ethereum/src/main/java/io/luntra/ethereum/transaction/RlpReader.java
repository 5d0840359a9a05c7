package io.luntra.ethereum.transaction;

import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Reads RLP fields one after the other, without recursion and without trusting a length. web3j's
 * decoder recurses as deep as its input is nested. Canonical form is left to the caller.
 */
final class RlpReader {
  private static final int SHORT = 55;

  private final byte[] bytes;
  private final int end;
  private int position;

  RlpReader(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /**
   * A reader over what follows the type of a typed transaction (EIP-2718).
   *
   * @throws InvalidInputException for another type, or more than {@code maxBytes}
   */
  static RlpReader ofTyped(byte[] bytes, byte type, int maxBytes) {
    if (bytes.length < 1 || bytes.length > maxBytes) {
      throw new InvalidInputException(
          "Transaction: %d bytes, expected 1 to %d".formatted(bytes.length, maxBytes));
    }
    if (bytes[0] != type) {
      throw new InvalidInputException(
          "Transaction: type 0x%02x, expected 0x%02x".formatted(bytes[0], type));
    }
    return new RlpReader(bytes, 1, bytes.length);
  }

  /** Makes sure that nothing was left, and that a writer would have written the same. */
  static void requireCanonical(byte[] read, byte[] written, boolean nothingLeft) {
    if (!nothingLeft || !Arrays.equals(read, written)) {
      throw new InvalidInputException(
          "Transaction: %d bytes are not the canonical encoding of %d bytes that they hold"
              .formatted(read.length, written.length));
    }
  }

  /** A reader over the payload of the list that comes next. */
  RlpReader list(String field) {
    int length = header(field, 0xc0);
    RlpReader inner = new RlpReader(bytes, position, position + length);
    position += length;
    return inner;
  }

  byte[] string(String field, int minLength, int maxLength) {
    if (position < end && (bytes[position] & 0xff) < 0x80) {
      check(field, 1, minLength, maxLength);
      return new byte[] {bytes[position++]};
    }
    int length = header(field, 0x80);
    check(field, length, minLength, maxLength);
    byte[] string = Arrays.copyOfRange(bytes, position, position + length);
    position += length;
    return string;
  }

  /** A number below 2^256. */
  BigInteger number(String field) {
    return new BigInteger(1, string(field, 0, 32));
  }

  /** A number below 2^63. */
  long longNumber(String field) {
    BigInteger number = number(field);
    if (number.bitLength() > 63) {
      throw malformed(field, number + ", expected less than 2^63");
    }
    return number.longValue();
  }

  boolean atEnd() {
    return position == end;
  }

  private int header(String field, int offset) {
    if (position >= end) {
      throw malformed(field, "missing");
    }
    int code = (bytes[position] & 0xff) - offset;
    if (code < 0 || code > 0x3f) {
      throw malformed(
          field,
          "0x%02x is not the start of a %s"
              .formatted(bytes[position], offset == 0x80 ? "string" : "list"));
    }
    position++;
    long length = code;
    if (code > SHORT) {
      int lengthBytes = code - SHORT;
      if (lengthBytes > 4 || lengthBytes > end - position) {
        throw malformed(field, "a length of " + lengthBytes + " bytes");
      }
      length = new BigInteger(1, bytes, position, lengthBytes).longValue();
      position += lengthBytes;
    }
    if (length > end - position) {
      throw malformed(field, "%d bytes announced, %d left".formatted(length, end - position));
    }
    return (int) length;
  }

  private void check(String field, int length, int minLength, int maxLength) {
    if (length < minLength || length > maxLength) {
      throw malformed(field, "%d bytes, expected %d to %d".formatted(length, minLength, maxLength));
    }
  }

  private InvalidInputException malformed(String field, String found) {
    return new InvalidInputException(
        "Transaction: field %s at byte %d: %s".formatted(field, position, found));
  }
}
