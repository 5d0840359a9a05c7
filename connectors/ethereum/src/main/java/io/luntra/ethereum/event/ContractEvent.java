package io.luntra.ethereum.event;

import io.luntra.blob.Bytes32;
import io.luntra.ethereum.rpc.AbiReader;
import io.luntra.ethereum.rpc.RpcValue;
import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * One event of a contract, as far as all kinds are alike.
 *
 * @param indexed the indexed parameters, topics 1 to 3
 * @param data the others, ABI-encoded, at most 16 KiB; not copied and not to be changed
 * @param logIndex of the event in its block
 * @param timestamp of the block, seconds since 1970, where the node says it with the log
 */
public record ContractEvent(
    EventKind kind,
    List<Bytes32> indexed,
    byte[] data,
    long blockNumber,
    Bytes32 blockHash,
    Bytes32 transaction,
    long logIndex,
    OptionalLong timestamp) {
  /** Longer data is refused. */
  public static final int MAX_DATA_BYTES = 16_384;

  /** As they were emitted. */
  public static final Comparator<ContractEvent> CHAIN_ORDER =
      Comparator.comparingLong(ContractEvent::blockNumber)
          .thenComparingLong(ContractEvent::logIndex);

  public ContractEvent {
    Objects.requireNonNull(blockHash, "blockHash");
    Objects.requireNonNull(transaction, "transaction");
    Objects.requireNonNull(timestamp, "timestamp");
    indexed = List.copyOf(indexed);
    if (indexed.size() != kind.indexed() || data.length > MAX_DATA_BYTES) {
      throw new IllegalArgumentException(
          "Event %s of %d indexed parameters and %d bytes"
              .formatted(kind.event(), indexed.size(), data.length));
    }
  }

  /** The parameters that are not indexed, from the first. */
  public AbiReader parameters() {
    return new AbiReader(where(), data);
  }

  /** An indexed parameter that is an address: 0x and 40 lower-case digits. */
  public String address(int position) {
    return parameters().address(indexed.get(position));
  }

  /** Which event of which transaction, for messages. */
  public String where() {
    return "Event " + kind.event() + " in transaction " + transaction;
  }

  /** Whether it was emitted earlier. */
  public boolean isBefore(ContractEvent other) {
    return CHAIN_ORDER.compare(this, other) < 0;
  }

  /** A log that has to be an event of one of these kinds. */
  static ContractEvent of(Collection<EventKind> kinds, String contract, RpcValue log) {
    List<RpcValue> topics = log.field("topics").elements(4);
    List<Bytes32> words = new ArrayList<>();
    for (RpcValue topic : topics) {
      words.add(topic.bytes32());
    }
    EventKind kind =
        kinds.stream()
            .filter(
                wanted ->
                    words.size() == wanted.indexed() + 1
                        && words.get(0).toHex().equals(wanted.topic()))
            .findFirst()
            .orElse(null);
    if (kind == null || !log.field("address").address().equals(contract)) {
      throw new LuntraException(
          "%s: expected an event of %s that is one of %s"
              .formatted(log.where(), contract, kinds.stream().map(EventKind::event).toList()));
    }
    RpcValue timestamp = log.field("blockTimestamp");
    return new ContractEvent(
        kind,
        words.subList(1, words.size()),
        log.field("data").bytes(MAX_DATA_BYTES),
        log.field("blockNumber").number(),
        log.field("blockHash").bytes32(),
        log.field("transactionHash").bytes32(),
        log.field("logIndex").number(),
        timestamp.isMissing() ? OptionalLong.empty() : OptionalLong.of(timestamp.number()));
  }
}
