package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.Arrays;

/** Words of 32 bytes from a stranger: each is looked for, and bounded, before it is used. */
final class Words {
  static final int BYTES = 32;
  private static final int ADDRESS_BYTES = 20;

  private final String where;
  private final byte[] bytes;

  /**
   * @param where for messages
   * @throws LuntraException when there are other than whole words
   */
  Words(String where, byte[] bytes) {
    this.where = where;
    this.bytes = bytes;
    if (bytes.length % BYTES != 0) {
      throw malformed(bytes.length + " bytes are no whole words");
    }
  }

  /** Refuses any other length. */
  Words exactly(int words) {
    if (bytes.length != words * BYTES) {
      throw malformed("%d words, expected %d".formatted(bytes.length / BYTES, words));
    }
    return this;
  }

  Bytes32 word(int index) {
    if (index < 0 || index >= bytes.length / BYTES) {
      throw malformed("nothing at word %d of %d".formatted(index, bytes.length / BYTES));
    }
    return new Bytes32(Arrays.copyOfRange(bytes, index * BYTES, (index + 1) * BYTES));
  }

  /** A number below 2^{@code bits}. */
  BigInteger amount(int index, int bits) {
    BigInteger number = new BigInteger(1, word(index).bytes());
    if (number.bitLength() > bits) {
      throw malformed("%s at word %d has more than %d bits".formatted(number, index, bits));
    }
    return number;
  }

  /** A number of at most {@code max}. */
  long number(int index, long max) {
    BigInteger number = new BigInteger(1, word(index).bytes());
    if (number.compareTo(BigInteger.valueOf(max)) > 0) {
      throw malformed("%s at word %d, expected at most %d".formatted(number, index, max));
    }
    return number.longValue();
  }

  boolean flag(int index) {
    return number(index, 1) == 1;
  }

  /** 0x and 40 lower-case digits. */
  String address(int index) {
    return address(word(index));
  }

  String address(Bytes32 word) {
    for (int i = 0; i < BYTES - ADDRESS_BYTES; i++) {
      if (word.bytes()[i] != 0) {
        throw malformed(word + " is no address");
      }
    }
    return Hex.encode(Arrays.copyOfRange(word.bytes(), BYTES - ADDRESS_BYTES, BYTES));
  }

  LuntraException malformed(String found) {
    return new LuntraException("%s: malformed data: %s".formatted(where, found));
  }
}
