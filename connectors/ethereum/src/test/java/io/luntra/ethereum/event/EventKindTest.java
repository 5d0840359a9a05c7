package io.luntra.ethereum.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.contracts.Deployment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.Hash;

class EventKindTest {
  /** The type as a signature has it: a struct by its members. */
  private static String type(JsonNode parameter) {
    String type = parameter.path("type").asText();
    if (!type.startsWith("tuple")) {
      return type;
    }
    List<String> members = new ArrayList<>();
    parameter.path("components").forEach(member -> members.add(type(member)));
    return "(" + String.join(",", members) + ")" + type.substring("tuple".length());
  }

  @Test
  void eventsAreThoseOfTheContracts() throws Exception {
    Map<String, Integer> indexed = new HashMap<>();
    for (Deployment.Contract contract : Deployment.ofThisBuild().contracts()) {
      for (JsonNode entry : new ObjectMapper().readTree(contract.abi())) {
        if (entry.path("type").asText().equals("event")) {
          List<String> types = new ArrayList<>();
          int count = 0;
          for (JsonNode input : entry.path("inputs")) {
            types.add(type(input));
            count += input.path("indexed").booleanValue() ? 1 : 0;
          }
          String signature = entry.path("name").asText() + "(" + String.join(",", types) + ")";
          indexed.put(Hash.sha3String(signature), count);
        }
      }
    }
    assertThat(EventKind.values())
        .allSatisfy(kind -> assertThat(indexed).containsEntry(kind.topic(), kind.indexed()));
  }
}
