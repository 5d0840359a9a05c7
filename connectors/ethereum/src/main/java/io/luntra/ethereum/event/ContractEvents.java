package io.luntra.ethereum.event;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.endpoint.AnswerTooLongException;
import io.luntra.ethereum.rpc.JsonRpc;
import io.luntra.ethereum.rpc.RpcValue;
import io.luntra.failure.InvalidInputException;
import io.luntra.failure.LuntraException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.crypto.Hash;

/**
 * A contract's events, asked for in windows of blocks that shrink when a node refuses them. What
 * comes back is what was asked for, or a failure.
 */
public final class ContractEvents {
  private static final long MAX_WINDOW = 10_000;
  private static final int MAX_LOGS_PER_WINDOW = 100_000;

  /** For an indexed parameter that may be anything. */
  public static final String ANY = "";

  private final JsonRpc rpc;
  private final String contract;
  private final long firstBlock;
  private long window = MAX_WINDOW;

  /**
   * Of a contract that is known to be there.
   *
   * @param contract 0x and 40 lower-case digits
   * @param firstBlock none of its events is older
   */
  public ContractEvents(JsonRpc rpc, String contract, long firstBlock) {
    this.rpc = rpc;
    this.contract = contract;
    this.firstBlock = firstBlock;
  }

  /**
   * Of a contract of ours.
   *
   * @param name of what it is, for messages
   * @param contract 0x and 40 lower-case digits
   * @throws InvalidInputException when nobody answers, or no such contract is there
   */
  public static ContractEvents of(JsonRpc rpc, String name, String contract) {
    return new ContractEvents(rpc, contract, DeployedContract.firstBlock(rpc, name, contract));
  }

  /** No event is older. */
  public long firstBlock() {
    return firstBlock;
  }

  /**
   * Events up to the newest block, oldest first.
   *
   * @param topics for the indexed parameters from the first: a value, a list of alternatives, or
   *     {@link #ANY}; those left out may be anything
   */
  public List<ContractEvent> find(EventKind kind, Object... topics) {
    return findBetween(kind, firstBlock, head(), topics);
  }

  /** Events of a range of blocks, oldest first. */
  public List<ContractEvent> findBetween(EventKind kind, long from, long to, Object... topics) {
    return find(List.of(kind), from, to, filter(kind, topics));
  }

  /** The newest such event, looked for from the newest block back. */
  public Optional<ContractEvent> findLast(EventKind kind, Object... topics) {
    List<Object> filter = filter(kind, topics);
    long to = head();
    while (to >= firstBlock) {
      long from = Math.max(firstBlock, to - MAX_WINDOW + 1);
      List<ContractEvent> found = find(List.of(kind), from, to, filter);
      if (!found.isEmpty()) {
        return Optional.of(found.get(found.size() - 1));
      }
      to = from - 1;
    }
    return Optional.empty();
  }

  /** All events of some kinds of a range of blocks, oldest first. */
  public List<ContractEvent> findAll(Collection<EventKind> kinds, long from, long to) {
    return find(kinds, from, to, Arrays.asList(kinds.stream().map(EventKind::topic).toList()));
  }

  private long head() {
    return rpc.call("eth_blockNumber").number();
  }

  private static List<Object> filter(EventKind kind, Object... topics) {
    List<Object> filter = new ArrayList<>();
    filter.add(kind.topic());
    for (Object topic : topics) {
      filter.add(topic.equals(ANY) ? null : topic);
    }
    return filter;
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
      if (!matches(event, filter)) {
        throw new LuntraException(
            "%s: event %s of %s was not asked for"
                .formatted(log.where(), event.kind().event(), event.indexed()));
      }
      events.add(event);
    }
    events.sort(ContractEvent.CHAIN_ORDER);
    return events;
  }

  /** Whether the indexed parameters are those of the filter, whose first entry is of the kind. */
  private static boolean matches(ContractEvent event, List<?> filter) {
    for (int i = 1; i < filter.size(); i++) {
      Object wanted = filter.get(i);
      String found = event.indexed().get(i - 1).toHex();
      if (wanted instanceof Collection<?> alternatives
          ? !alternatives.contains(found)
          : wanted != null && !wanted.equals(found)) {
        return false;
      }
    }
    return true;
  }

  /** An address as an indexed parameter. */
  public static String topic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2);
  }

  /** A number that is not negative as an indexed parameter. */
  public static String topic(BigInteger number) {
    return "0x%064x".formatted(number);
  }

  /** Keccak-256 of a text, as an indexed parameter. */
  public static String hash(String text) {
    return new Bytes32(Hash.sha3(text.getBytes(StandardCharsets.UTF_8))).toHex();
  }
}
