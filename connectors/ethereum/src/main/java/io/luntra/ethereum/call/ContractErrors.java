package io.luntra.ethereum.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.blob.Hex;
import io.luntra.contracts.Deployment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.web3j.crypto.Hash;

/** Says in words why a contract refused: the errors of our contracts' ABIs, and Solidity's own. */
public final class ContractErrors {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SELECTOR = 4;
  private static final int WORD = 32;
  private static final int MAX_TEXT = 256;

  private record Parameter(String name, String type) {}

  private record Signature(String name, List<Parameter> parameters) {}

  private final Map<String, Signature> bySelector = new HashMap<>();

  private ContractErrors() {
    add(new Signature("Error", List.of(new Parameter("reason", "string"))));
    add(new Signature("Panic", List.of(new Parameter("code", "uint256"))));
  }

  /** Those of all contracts of this build. */
  public static ContractErrors ofThisBuild() {
    ContractErrors errors = new ContractErrors();
    try {
      for (Deployment.Contract contract : Deployment.ofThisBuild().contracts()) {
        for (JsonNode entry : JSON.readTree(contract.abi())) {
          if (entry.path("type").asText().equals("error")) {
            errors.add(
                new Signature(
                    entry.path("name").asText(),
                    StreamSupport.stream(entry.path("inputs").spliterator(), false)
                        .map(
                            input ->
                                new Parameter(
                                    input.path("name").asText(), input.path("type").asText()))
                        .toList()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return errors;
  }

  private void add(Signature signature) {
    String text =
        signature.parameters().stream()
            .map(Parameter::type)
            .collect(Collectors.joining(",", signature.name() + "(", ")"));
    bySelector.put(Hash.sha3String(text).substring(0, 2 + 2 * SELECTOR), signature);
  }

  /**
   * Such as {@code NotOwner(modelId = 7, found = 0x…)}.
   *
   * @param reason what the contract gave, from a stranger
   */
  public String describe(byte[] reason) {
    if (reason.length < SELECTOR) {
      return "without a reason";
    }
    Signature signature = bySelector.get(Hex.encode(Arrays.copyOf(reason, SELECTOR)));
    if (signature == null) {
      return "for a reason of its own: " + Hex.encode(Arrays.copyOf(reason, SELECTOR));
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < signature.parameters().size(); i++) {
      Parameter parameter = signature.parameters().get(i);
      values.add("%s = %s".formatted(parameter.name(), value(reason, parameter.type(), i)));
    }
    return "%s(%s)".formatted(signature.name(), String.join(", ", values));
  }

  private static String value(byte[] reason, String type, int index) {
    byte[] word = word(reason, SELECTOR + WORD * index);
    if (word.length == 0) {
      return "?";
    }
    if (type.equals("address")) {
      return Hex.encode(Arrays.copyOfRange(word, 12, WORD));
    }
    if (type.equals("string")) {
      return text(reason, new BigInteger(1, word));
    }
    if (type.startsWith("uint")) {
      return new BigInteger(1, word).toString();
    }
    return type.endsWith("]") ? "…" : Hex.encode(word);
  }

  private static String text(byte[] reason, BigInteger offset) {
    int start = SELECTOR + offset.min(BigInteger.valueOf(reason.length)).intValue();
    byte[] length = word(reason, start);
    if (length.length == 0) {
      return "?";
    }
    int from = start + WORD;
    int bytes =
        new BigInteger(1, length)
            .min(BigInteger.valueOf(Math.min(MAX_TEXT, reason.length - from)))
            .intValue();
    String text = new String(reason, from, bytes, StandardCharsets.UTF_8);
    return '"' + text.replaceAll("[^\\x20-\\x7e]", "?") + '"';
  }

  /** Empty where there are no 32 bytes. */
  private static byte[] word(byte[] reason, int at) {
    return at + WORD > reason.length ? new byte[0] : Arrays.copyOfRange(reason, at, at + WORD);
  }
}
