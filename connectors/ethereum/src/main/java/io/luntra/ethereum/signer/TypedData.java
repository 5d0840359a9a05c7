package io.luntra.ethereum.signer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luntra.blob.Bytes32;
import io.luntra.failure.InvalidInputException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.web3j.crypto.StructuredDataEncoder;

/**
 * What an account signs for a contract to read, outside a transaction (EIP-712).
 *
 * @param json {@code {types, primaryType, domain, message}}, as {@code eth_signTypedData} takes it
 */
public record TypedData(ObjectNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public TypedData {
    Objects.requireNonNull(json, "json");
  }

  /** A field of a struct. */
  public record Field(String type, String name, String value) {}

  /**
   * One struct of fields without structs in them, for a contract whose domain has a name, a
   * version, a chain and an address.
   *
   * @param contract address of the contract, 0x and 40 hex digits
   */
  public static TypedData of(
      String domain,
      String version,
      long chainId,
      String contract,
      String struct,
      List<Field> fields) {
    ObjectNode json = JSON.createObjectNode();
    ObjectNode types = json.putObject("types");
    types
        .putArray("EIP712Domain")
        .add(type("string", "name"))
        .add(type("string", "version"))
        .add(type("uint256", "chainId"))
        .add(type("address", "verifyingContract"));
    fields.forEach(field -> types.withArray(struct).add(type(field.type(), field.name())));
    json.put("primaryType", struct);
    json.putObject("domain")
        .put("name", domain)
        .put("version", version)
        .put("chainId", chainId)
        .put("verifyingContract", contract);
    ObjectNode message = json.putObject("message");
    fields.forEach(field -> message.put(field.name(), field.value()));
    return new TypedData(json);
  }

  private static JsonNode type(String type, String name) {
    return JSON.createObjectNode().put("name", name).put("type", type);
  }

  /** Keccak-256 of what the account signs. */
  public Bytes32 signingHash() {
    try {
      return new Bytes32(new StructuredDataEncoder(json.toString()).hashStructuredData());
    } catch (IOException | RuntimeException e) {
      throw new InvalidInputException("Not typed data of EIP-712: " + e.getMessage(), e);
    }
  }
}
