package io.luntra.ethereum.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.luntra.blob.Bytes32;
import io.luntra.blob.Hex;
import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.web3j.utils.Numeric;

/**
 * An event of a contract, and where it stands.
 *
 * @param topics at most 4, the event's signature first
 * @param data at most 16 KiB; not copied and not to be changed
 * @param index of the event in its block
 */
public record ContractLog(
    List<Bytes32> topics, byte[] data, long block, long index, Bytes32 transaction) {
  private static final int MAX_LOGS = 100_000;
  private static final int MAX_TOPICS = 4;
  private static final int MAX_DATA_BYTES = 16_384;

  public ContractLog {
    topics = List.copyOf(topics);
    if (topics.isEmpty() || topics.size() > MAX_TOPICS || data.length > MAX_DATA_BYTES) {
      throw new IllegalArgumentException(
          "An event of %d topics and %d bytes".formatted(topics.size(), data.length));
    }
  }

  /**
   * An indexed parameter.
   *
   * @param position from 0
   * @throws LuntraException where there are fewer
   */
  public Bytes32 indexed(int position) {
    if (position + 1 >= topics.size()) {
      throw new LuntraException(
          "Event %d in transaction %s: %d indexed parameters, expected %d"
              .formatted(index, transaction, topics.size() - 1, position + 1));
    }
    return topics.get(position + 1);
  }

  /**
   * Reads what a node answers, and makes sure that it is what was asked for.
   *
   * @throws IllegalArgumentException when it is not
   */
  static List<ContractLog> read(
      JsonNode answer, String contract, long from, long to, List<String> topics) {
    if (!answer.isArray() || answer.size() > MAX_LOGS) {
      throw new IllegalArgumentException("no list of at most " + MAX_LOGS);
    }
    List<ContractLog> logs = new ArrayList<>();
    for (JsonNode entry : answer) {
      ContractLog log = read(entry);
      if (!Hex.encode(Hex.decode(entry.path("address").asText(), 20)).equals(contract)
          || log.block() < from
          || log.block() > to
          || !log.matches(topics)) {
        throw new IllegalArgumentException(
            "an event in block %d that was not asked for".formatted(log.block()));
      }
      logs.add(log);
    }
    logs.sort(Comparator.comparingLong(ContractLog::block).thenComparingLong(ContractLog::index));
    return logs;
  }

  private static ContractLog read(JsonNode entry) {
    List<Bytes32> topics = new ArrayList<>();
    entry.path("topics").forEach(topic -> topics.add(Bytes32.fromHex(topic.asText())));
    String data = entry.path("data").asText();
    if (!data.startsWith("0x") || data.length() > 2 + 2 * MAX_DATA_BYTES) {
      throw new IllegalArgumentException("event data of %d characters".formatted(data.length()));
    }
    return new ContractLog(
        topics,
        Hex.decode(data, (data.length() - 2) / 2),
        number(entry, "blockNumber"),
        number(entry, "logIndex"),
        Bytes32.fromHex(entry.path("transactionHash").asText()));
  }

  private static long number(JsonNode entry, String field) {
    return Numeric.decodeQuantity(entry.path(field).asText()).longValueExact();
  }

  private boolean matches(List<String> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i) != null
          && (i >= topics.size() || !topics.get(i).toHex().equals(wanted.get(i)))) {
        return false;
      }
    }
    return true;
  }
}
