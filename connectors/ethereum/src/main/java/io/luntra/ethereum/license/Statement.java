package io.luntra.ethereum.license;

import io.luntra.ethereum.signer.TypedData;
import io.luntra.failure.InvalidInputException;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What an account says to a market: the fields of one of the contract's EIP-712 types.
 *
 * @param market address of the contract, 0x and 40 lower-case digits
 * @param fields by their names: numbers in decimal, all else in hex, lower case
 */
public record Statement(Kind kind, long chainId, String market, Map<String, String> fields) {
  static final String DOMAIN = "Luntra license market";
  static final String DOMAIN_VERSION = "1";
  private static final Pattern COMMA = Pattern.compile(",");
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]{40}");
  private static final Pattern WORD = Pattern.compile("0x[0-9a-f]{64}");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,77}");

  private record Field(String type, String name) {
    /** Of a type, a space and a name. */
    static Field parse(String text) {
      int space = text.indexOf(' ');
      return new Field(text.substring(0, space), text.substring(space + 1));
    }

    void check(String where, String value) {
      boolean valid =
          switch (type) {
            case "address" -> ADDRESS.matcher(value).matches();
            case "bytes32" -> WORD.matcher(value).matches();
            default ->
                NUMBER.matcher(value).matches() && new BigInteger(value).bitLength() <= bits();
          };
      if (!valid) {
        throw new InvalidInputException(
            "%s: %s: expected %s, found \"%s\"".formatted(where, name, type, value));
      }
    }

    private int bits() {
      return Integer.parseInt(type.substring("uint".length()));
    }
  }

  /** The contract's types. */
  public enum Kind {
    VOUCHER(
        "Voucher",
        "address buyer,bytes32 releaseId,uint16 quantity,address attester,bytes32 class,"
            + "bytes32 region,uint128 maxPrice,uint64 deadline,uint256 nonce"),
    RECEIPT("Receipt", "uint256 tokenId,uint128 cumulativeUnits"),
    REFUND("Refund", "uint256 tokenId,uint128 amount,uint64 deadline");

    private final String struct;
    private final String fields;

    Kind(String struct, String fields) {
      this.struct = struct;
      this.fields = fields;
    }

    private List<Field> fields() {
      return COMMA.splitAsStream(fields).map(Field::parse).toList();
    }

    /** In the contract's words, such as {@code Voucher}. */
    String struct() {
      return struct;
    }

    /** As EIP-712 writes the type. */
    String signature() {
      return struct + "(" + fields + ")";
    }
  }

  /**
   * Checks the fields.
   *
   * @throws InvalidInputException when a field is missing, unknown or out of its type's range
   */
  public Statement {
    String where = kind.struct();
    if (chainId < 1) {
      throw new InvalidInputException(
          "%s: chain id: expected 1 or more, found %d".formatted(where, chainId));
    }
    new Field("address", "market").check(where, market);
    Map<String, String> ordered = new LinkedHashMap<>();
    for (Field field : kind.fields()) {
      String value = fields.get(field.name());
      if (value == null) {
        throw new InvalidInputException("%s: %s is missing".formatted(where, field.name()));
      }
      field.check(where, value);
      ordered.put(field.name(), value);
    }
    for (String name : fields.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new InvalidInputException("%s: unknown field \"%s\"".formatted(where, name));
      }
    }
    fields = Collections.unmodifiableMap(ordered);
  }

  /** A field; those of the kind are all there. */
  public String text(String field) {
    return fields.get(field);
  }

  public BigInteger number(String field) {
    return new BigInteger(fields.get(field));
  }

  /** What the account signs. */
  public TypedData typedData() {
    return TypedData.of(
        DOMAIN,
        DOMAIN_VERSION,
        chainId,
        market,
        kind.struct,
        kind.fields().stream()
            .map(field -> new TypedData.Field(field.type(), field.name(), text(field.name())))
            .toList());
  }
}
