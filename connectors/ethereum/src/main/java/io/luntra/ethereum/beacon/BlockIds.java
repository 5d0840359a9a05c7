package io.luntra.ethereum.beacon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.luntra.ethereum.endpoint.Endpoint;
import io.luntra.failure.LuntraException;
import java.io.IOException;
import java.util.Optional;

/**
 * How a beacon API names a block of the execution chain: by its slot, computed from its timestamp.
 * A node without the spec of a beacon chain, as the development node anvil, takes the execution
 * block number.
 */
final class BlockIds {
  private static final String GENESIS = "/eth/v1/beacon/genesis";
  private static final String SPEC = "/eth/v1/config/spec";
  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Seconds; 0 for a chain without slots. */
  private record SlotClock(long genesis, long secondsPerSlot) {}

  private final Endpoint endpoint;
  private SlotClock clock;

  BlockIds(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  String of(BlockReference block) {
    SlotClock slots = clock();
    if (slots.secondsPerSlot() == 0) {
      return Long.toString(block.number());
    }
    long seconds = block.timestamp() - slots.genesis();
    if (seconds < 0 || seconds % slots.secondsPerSlot() != 0) {
      throw new LuntraException(
          ("%s: %s at second %d is at no slot of a chain that began at %d with %d seconds per slot:"
                  + " is this the beacon node of that chain?")
              .formatted(
                  endpoint, block, block.timestamp(), slots.genesis(), slots.secondsPerSlot()));
    }
    return Long.toString(seconds / slots.secondsPerSlot());
  }

  private synchronized SlotClock clock() {
    if (clock == null) {
      clock = readClock();
    }
    return clock;
  }

  private SlotClock readClock() {
    Optional<byte[]> spec = endpoint.find(SPEC, MAX_ANSWER_BYTES);
    if (spec.isEmpty()) {
      return new SlotClock(0, 0);
    }
    long seconds = number(SPEC, data(SPEC, spec.get()), "SECONDS_PER_SLOT");
    if (seconds < 1) {
      throw new LuntraException(
          "%s%s: SECONDS_PER_SLOT is %d, expected at least 1".formatted(endpoint, SPEC, seconds));
    }
    JsonNode genesis = data(GENESIS, endpoint.get(GENESIS, MAX_ANSWER_BYTES));
    return new SlotClock(number(GENESIS, genesis, "genesis_time"), seconds);
  }

  private JsonNode data(String path, byte[] answer) {
    try {
      return JSON.readTree(answer).path("data");
    } catch (IOException e) {
      throw new LuntraException("%s%s: the answer is not JSON".formatted(endpoint, path), e);
    }
  }

  private long number(String path, JsonNode data, String field) {
    String text = data.path(field).asText("");
    if (!text.matches("[0-9]{1,18}")) {
      throw new LuntraException("%s%s: no number in field %s".formatted(endpoint, path, field));
    }
    return Long.parseLong(text);
  }
}
