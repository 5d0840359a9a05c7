package io.luntra.ethereum.rpc;

import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Reads ABI-encoded parameters from a stranger. web3j's decoder allocates what a length announces
 * before it looks whether it is there.
 */
public final class AbiReader {
  private static final int WORD = 32;

  private final String where;
  private final byte[] bytes;
  private int word;

  /**
   * A reader that starts at the first parameter.
   *
   * @param where for messages
   */
  public AbiReader(String where, byte[] bytes) {
    this.where = where;
    this.bytes = bytes;
  }

  /**
   * The next word.
   *
   * @throws LuntraException where there is none, as all others of this class
   */
  public Bytes32 bytes32() {
    return wordAt(WORD * word++);
  }

  /** The next word as an address: 0x and 40 lower-case digits. */
  public String address() {
    return address(bytes32());
  }

  /** The next word as a number that may be negative. */
  public BigInteger signed() {
    return new BigInteger(bytes32().bytes());
  }

  /** The next word as 0 or 1. */
  public boolean flag() {
    return number(1) == 1;
  }

  /** Refuses any other length of all that there is to read. */
  public AbiReader exactly(int words) {
    if (bytes.length != WORD * words) {
      throw malformed("%d bytes, expected %d".formatted(bytes.length, WORD * words));
    }
    return this;
  }

  /** Goes on behind so many words. */
  public void skip(int words) {
    word += words;
  }

  /** Bytes of variable length. */
  public byte[] bytes(int maxBytes) {
    int start = dynamic();
    int length = (int) number(start, maxBytes);
    if (length > bytes.length - start - WORD) {
      throw malformed(length + " bytes at " + start);
    }
    return Arrays.copyOfRange(bytes, start + WORD, start + WORD + length);
  }

  /** A number of at most {@code max}. */
  public long number(long max) {
    return number(WORD * word++, max);
  }

  /** A number below 2^{@code bits}. */
  public BigInteger amount(int bits) {
    BigInteger amount = new BigInteger(1, bytes32().bytes());
    if (amount.bitLength() > bits) {
      throw malformed("number %s, expected one below 2^%d".formatted(amount, bits));
    }
    return amount;
  }

  /** A struct that holds something of variable length, from its first member. */
  public AbiReader struct() {
    return new AbiReader(where, Arrays.copyOfRange(bytes, dynamic(), bytes.length));
  }

  /** A string in UTF-8; what is none in it is replaced. */
  public String text(int maxBytes) {
    return new String(bytes(maxBytes), StandardCharsets.UTF_8);
  }

  /** An array of words. */
  public List<Bytes32> list(int maxElements) {
    return list(maxElements, AbiReader::bytes32);
  }

  /** An array of elements that each take the same words. */
  public <T> List<T> list(int maxElements, Function<AbiReader, T> element) {
    int start = dynamic();
    int length = (int) number(start, maxElements);
    AbiReader reader = new AbiReader(where, Arrays.copyOfRange(bytes, start + WORD, bytes.length));
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      elements.add(element.apply(reader));
    }
    return elements;
  }

  /** 0x and 40 lower-case digits. */
  public String address(Bytes32 element) {
    for (int i = 0; i < 12; i++) {
      if (element.bytes()[i] != 0) {
        throw malformed(element + " is no address");
      }
    }
    return Hex.encode(Arrays.copyOfRange(element.bytes(), 12, 32));
  }

  private int dynamic() {
    return (int) number(WORD * word++, bytes.length);
  }

  private long number(int position, long max) {
    BigInteger number = new BigInteger(1, wordAt(position).bytes());
    if (number.compareTo(BigInteger.valueOf(max)) > 0) {
      throw malformed("number %s at byte %d, expected at most %d".formatted(number, position, max));
    }
    return number.longValue();
  }

  private Bytes32 wordAt(int position) {
    if (position > bytes.length - WORD) {
      throw malformed("nothing at byte " + position + " of " + bytes.length);
    }
    return new Bytes32(Arrays.copyOfRange(bytes, position, position + WORD));
  }

  /** That what is read can't be. */
  public LuntraException malformed(String found) {
    return new LuntraException(where + ": malformed data: " + found);
  }
}
