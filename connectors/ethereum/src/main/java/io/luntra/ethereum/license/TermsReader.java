package io.luntra.ethereum.license;

import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.crypto.Hash;

/**
 * Reads the event TermsPublished, as Solidity writes it and no other way: version, offset, 16 words
 * of terms, then the lists in their order with nothing between or after them.
 */
final class TermsReader {
  /** Topic of the event; web3j's encoder does not know the structs of a binding's event. */
  static final Bytes32 TOPIC =
      Bytes32.fromHex(
          Hash.sha3String(
              "TermsPublished(bytes32,uint32,bytes32,(uint8,address,uint128,(bytes32,uint128)[],"
                  + "(bytes32,uint16)[],uint32,uint16,uint64,uint128,address[],address,uint16,"
                  + "uint16,uint16,(address,uint16)[],(bytes32,uint16)[]))"));

  private static final int HEAD_WORDS = 16;
  private static final long MAX_VERSION = 0xffffffffL;

  /** Where terms begin: after version and offset. */
  private static final int START = 2;

  private static final int AMOUNT_BITS = 128;
  private static final int UNIT_BITS = 64;

  private final Words words;

  /** The word, counted from the start of the terms, at which the next list has to be. */
  private int tail = HEAD_WORDS;

  private TermsReader(Words words) {
    this.words = words;
  }

  /**
   * Terms out of an event's data.
   *
   * @param where for messages
   * @throws LuntraException when these are not exactly the bytes of the terms that they say
   */
  static LicenseTerms read(String where, byte[] data) {
    Words words = new Words(where, data);
    long version = words.number(0, MAX_VERSION);
    if (words.number(1, data.length) != START * Words.BYTES) {
      throw words.malformed("terms do not follow the version");
    }
    TermsReader reader = new TermsReader(words);
    LicenseTerms terms;
    try {
      terms = reader.terms();
    } catch (InvalidInputException e) {
      throw new LuntraException("%s: malformed data: %s".formatted(where, e.getMessage()), e);
    }
    words.exactly(START + reader.tail);
    if (!Arrays.equals(data, TermsStruct.encode(new Uint32(version), TermsStruct.of(terms)))) {
      throw words.malformed("not as the contract encodes it");
    }
    return terms;
  }

  private LicenseTerms terms() {
    return new LicenseTerms(
        small(0, Use.ALL),
        words.address(START + 1),
        amount(START + 2),
        list(
            3,
            LicenseTerms.MAX_CLASSES,
            2,
            at -> new LicenseTerms.ClassPrice(words.word(at), amount(at + 1))),
        list(
            4,
            LicenseTerms.MAX_REGIONS,
            2,
            at -> new LicenseTerms.RegionMultiplier(words.word(at), bps(at + 1))),
        words.number(START + 5, LicenseTerms.MAX_DURATION),
        small(6, LicenseTerms.MAX_SHORT),
        words.amount(START + 7, UNIT_BITS),
        amount(START + 8),
        list(9, LicenseTerms.MAX_ATTESTERS, 1, words::address),
        words.address(START + 10),
        small(11, LicenseTerms.MAX_SHORT),
        small(12, LicenseTerms.MAX_SHORT),
        small(13, LicenseTerms.MAX_ROYALTY_BPS),
        list(
            14,
            LicenseTerms.MAX_PAYEES,
            2,
            at -> new LicenseTerms.Payee(words.address(at), bps(at + 1))),
        list(
            15,
            LicenseTerms.MAX_PARENTS,
            2,
            at -> new LicenseTerms.Royalty(words.word(at), bps(at + 1))));
  }

  private int small(int index, int max) {
    return (int) words.number(START + index, max);
  }

  private int bps(int at) {
    return (int) words.number(at, LicenseTerms.MAX_SHORT);
  }

  private BigInteger amount(int at) {
    return words.amount(at, AMOUNT_BITS);
  }

  /** The list whose offset is a word of the head. */
  private <T> List<T> list(int index, int max, int size, IntFunction<T> element) {
    long offset = words.number(START + index, Integer.MAX_VALUE);
    if (offset != (long) tail * Words.BYTES) {
      throw words.malformed(
          "a list at byte %d of the terms, expected %d".formatted(offset, tail * Words.BYTES));
    }
    int length = (int) words.number(START + tail, max);
    List<T> elements = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      elements.add(element.apply(START + tail + 1 + i * size));
    }
    tail += 1 + length * size;
    return elements;
  }
}
