package io.luntra.ethereum.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A value out of a JSON-RPC result, read strictly. */
public final class RpcValue {
  private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,64}");
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final Pattern BYTES = Pattern.compile("0x([0-9a-fA-F]{2})*+");
  private static final int SHOWN = 80;

  private final String where;
  private final JsonNode node;

  RpcValue(String where, JsonNode node) {
    this.where = where;
    this.node = node == null ? MissingNode.getInstance() : node;
  }

  /** Whether it is null or not there at all. */
  public boolean isMissing() {
    return node.isNull() || node.isMissingNode();
  }

  /** A member of an object; missing where there is none. */
  public RpcValue field(String name) {
    return new RpcValue(where + " ." + name, node.path(name));
  }

  /**
   * The elements of an array.
   *
   * @throws LuntraException where it is none, or longer; likewise all that read something
   */
  public List<RpcValue> elements(int max) {
    if (!node.isArray() || node.size() > max) {
      throw malformed("a list of at most " + max);
    }
    List<RpcValue> elements = new ArrayList<>();
    for (JsonNode element : node) {
      elements.add(new RpcValue(where + "[" + elements.size() + "]", element));
    }
    return elements;
  }

  /** A quantity below 2^63. */
  public long number() {
    String text = text(QUANTITY, "a quantity");
    BigInteger number = new BigInteger(text.substring(2), 16);
    if (number.bitLength() > 63) {
      throw malformed("a quantity below 2^63");
    }
    return number.longValue();
  }

  /** Exactly 32 bytes. */
  public Bytes32 bytes32() {
    byte[] bytes = bytes(32);
    if (bytes.length != 32) {
      throw malformed("32 bytes");
    }
    return new Bytes32(bytes);
  }

  /** At most so many bytes. */
  public byte[] bytes(int max) {
    if (node.isTextual() && node.textValue().length() > 2 + 2 * max) {
      throw malformed("at most " + max + " bytes");
    }
    String text = text(BYTES, "bytes in hex");
    return Hex.decode(text, (text.length() - 2) / 2);
  }

  /** 0x and 40 lower-case digits. */
  public String address() {
    return text(ADDRESS, "an address").toLowerCase(Locale.ROOT);
  }

  private String text(Pattern pattern, String expected) {
    if (!node.isTextual() || !pattern.matcher(node.textValue()).matches()) {
      throw malformed(expected);
    }
    return node.textValue();
  }

  /** That something else was expected here. */
  public LuntraException malformed(String expected) {
    String found = node.isContainerNode() ? node.getNodeType() + "" : node.asText("nothing");
    String shown = found.length() > SHOWN ? found.substring(0, SHOWN) + "…" : found;
    return new LuntraException("%s: expected %s, found \"%s\"".formatted(where, expected, shown));
  }

  /** Which node, method and field, for messages. */
  public String where() {
    return where;
  }
}
