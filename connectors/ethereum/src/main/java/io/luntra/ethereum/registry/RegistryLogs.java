package io.luntra.ethereum.registry;

import io.luntra.ethereum.endpoint.AnswerTooLongException;
import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The registry's events, asked for in windows of blocks that shrink when a node refuses them. */
final class RegistryLogs {
  private static final long MAX_WINDOW = 10_000;
  private static final int MAX_LOGS_PER_WINDOW = 100_000;

  private final JsonRpc rpc;
  private final String registry;
  private long window = MAX_WINDOW;

  RegistryLogs(JsonRpc rpc, String registry) {
    this.rpc = rpc;
    this.registry = registry;
  }

  /**
   * Events of a range of blocks, oldest first.
   *
   * @param topics for topics 1 to 3: a value, a list of alternatives, or "" for any
   */
  List<RegistryEvent> find(RegistryEvent.Kind kind, long from, long to, Object... topics) {
    List<Object> filter = new ArrayList<>();
    filter.add(kind.topic());
    for (Object topic : topics) {
      filter.add(topic.equals("") ? null : topic);
    }
    List<RegistryEvent> events = new ArrayList<>();
    long next = from;
    while (next <= to) {
      long last = Math.min(to, next + window - 1);
      try {
        events.addAll(window(kind, next, last, filter));
        next = last + 1;
      } catch (JsonRpc.RefusedException | AnswerTooLongException e) {
        if (last == next) {
          throw e;
        }
        window = (last - next + 1) / 2;
      }
    }
    return events;
  }

  private List<RegistryEvent> window(
      RegistryEvent.Kind kind, long from, long to, List<Object> filter) {
    RpcValue logs =
        rpc.call(
            "eth_getLogs",
            Map.of(
                "address",
                registry,
                "fromBlock",
                "0x" + Long.toHexString(from),
                "toBlock",
                "0x" + Long.toHexString(to),
                "topics",
                filter));
    List<RegistryEvent> events = new ArrayList<>();
    for (RpcValue log : logs.elements(MAX_LOGS_PER_WINDOW)) {
      RegistryEvent event = RegistryEvent.of(kind, registry, log);
      if (event.blockNumber() < from || event.blockNumber() > to) {
        throw new LuntraException(
            "%s: an event of block %d, asked for %d to %d"
                .formatted(log.where(), event.blockNumber(), from, to));
      }
      events.add(event);
    }
    events.sort(
        Comparator.comparingLong(RegistryEvent::blockNumber)
            .thenComparingLong(RegistryEvent::logIndex));
    return events;
  }

  /** A topic that holds an address. */
  static String addressTopic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2);
  }
}
