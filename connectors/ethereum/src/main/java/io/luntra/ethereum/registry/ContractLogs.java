package io.luntra.ethereum.registry;

import io.luntra.ethereum.endpoint.AnswerTooLongException;
import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A contract's events, asked for in windows of blocks that shrink when a node refuses them. */
final class ContractLogs {
  private static final long MAX_WINDOW = 10_000;
  private static final int MAX_LOGS_PER_WINDOW = 100_000;

  private final JsonRpc rpc;
  private final String contract;
  private long window = MAX_WINDOW;

  ContractLogs(JsonRpc rpc, String contract) {
    this.rpc = rpc;
    this.contract = contract;
  }

  /**
   * Events of a range of blocks, oldest first.
   *
   * @param topics for topics 1 to 3: a value, a list of alternatives, or "" for any
   */
  List<ContractEvent> find(EventKind kind, long from, long to, Object... topics) {
    List<Object> filter = new ArrayList<>();
    filter.add(kind.topic());
    for (Object topic : topics) {
      filter.add(topic.equals("") ? null : topic);
    }
    return find(List.of(kind), from, to, filter);
  }

  /** All events of some kinds of a range of blocks, oldest first. */
  List<ContractEvent> findAll(Collection<EventKind> kinds, long from, long to) {
    return find(kinds, from, to, Arrays.asList(kinds.stream().map(EventKind::topic).toList()));
  }

  private List<ContractEvent> find(
      Collection<EventKind> kinds, long from, long to, List<?> filter) {
    List<ContractEvent> events = new ArrayList<>();
    long next = from;
    while (next <= to) {
      long last = Math.min(to, next + window - 1);
      try {
        events.addAll(window(kinds, next, last, filter));
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

  private List<ContractEvent> window(
      Collection<EventKind> kinds, long from, long to, List<?> filter) {
    RpcValue logs =
        rpc.call(
            "eth_getLogs",
            Map.of(
                "address",
                contract,
                "fromBlock",
                "0x" + Long.toHexString(from),
                "toBlock",
                "0x" + Long.toHexString(to),
                "topics",
                filter));
    List<ContractEvent> events = new ArrayList<>();
    for (RpcValue log : logs.elements(MAX_LOGS_PER_WINDOW)) {
      ContractEvent event = ContractEvent.of(kinds, contract, log);
      if (event.blockNumber() < from || event.blockNumber() > to) {
        throw new LuntraException(
            "%s: an event of block %d, asked for %d to %d"
                .formatted(log.where(), event.blockNumber(), from, to));
      }
      events.add(event);
    }
    events.sort(ContractEvent.CHAIN_ORDER);
    return events;
  }

  /** A topic that holds an address. */
  static String addressTopic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2);
  }
}
