package io.luntra.devnet;

import java.math.BigInteger;
import java.util.List;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/** Typed access to the fields of a decoded list. */
final class RlpFields {
  private final String what;
  private final List<RlpType> values;

  RlpFields(String what, RlpList list) {
    this.what = what;
    this.values = list.getValues();
  }

  int size() {
    return values.size();
  }

  List<RlpType> values() {
    return values;
  }

  RlpFields requireSize(int expected) {
    if (values.size() != expected) {
      throw new PoolRefusal(
          "rlp: %s: expected %d fields, found %d".formatted(what, expected, values.size()));
    }
    return this;
  }

  byte[] bytes(int index) {
    if (values.get(index) instanceof RlpString string) {
      return string.getBytes();
    }
    throw new PoolRefusal("rlp: %s: expected a string in field %d".formatted(what, index));
  }

  byte[] bytes(int index, int length) {
    byte[] bytes = bytes(index);
    if (bytes.length != length) {
      throw new PoolRefusal(
          "rlp: %s: expected %,d bytes in field %d, found %,d"
              .formatted(what, length, index, bytes.length));
    }
    return bytes;
  }

  RlpFields list(int index, String name) {
    if (values.get(index) instanceof RlpList list) {
      return new RlpFields(name, list);
    }
    throw new PoolRefusal("rlp: %s: expected a list in field %d".formatted(what, index));
  }

  boolean isList(int index) {
    return index < values.size() && values.get(index) instanceof RlpList;
  }

  BigInteger number(int index, int maximumBytes) {
    byte[] bytes = bytes(index);
    if (bytes.length > maximumBytes || (bytes.length > 0 && bytes[0] == 0)) {
      throw new PoolRefusal(
          "rlp: %s: expected a number of at most %d bytes in field %d"
              .formatted(what, maximumBytes, index));
    }
    return new BigInteger(1, bytes);
  }

  /** A 64-bit field; values above 2^63 - 1 are of no use here and refused. */
  long number(int index) {
    BigInteger number = number(index, 8);
    if (number.bitLength() > 63) {
      throw new PoolRefusal("rlp: %s: field %d is above 2^63 - 1".formatted(what, index));
    }
    return number.longValue();
  }
}
