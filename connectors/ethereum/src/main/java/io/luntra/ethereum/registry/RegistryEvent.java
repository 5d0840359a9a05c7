package io.luntra.ethereum.registry;

import io.luntra.blob.Bytes32;
import io.luntra.failure.LuntraException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.web3j.crypto.Hash;

/**
 * One event of the registry contract, as far as all kinds are alike.
 *
 * @param indexed the indexed parameters, topics 1 to 3
 * @param timestamp of the block, seconds since 1970, where the node says it with the log
 */
record RegistryEvent(
    Kind kind,
    List<Bytes32> indexed,
    byte[] data,
    long blockNumber,
    Bytes32 blockHash,
    Bytes32 transaction,
    long logIndex,
    OptionalLong timestamp) {
  private static final int MAX_DATA_BYTES = 16_384;

  enum Kind {
    OPENED("ReleaseOpened(bytes32,address,bytes32,string,string,address[],uint32)", 3),
    APPENDED("BatchAppended(bytes32,address,bytes32)", 2),
    SEALED("ReleaseSealed(bytes32,bytes32,bytes32[],bytes32[],bytes32[])", 1);

    private final String topic;
    private final int indexed;

    Kind(String signature, int indexed) {
      this.topic = Hash.sha3String(signature);
      this.indexed = indexed;
    }

    /** 0x and 64 lower-case digits. */
    String topic() {
      return topic;
    }
  }

  /** The parameters that are not indexed, from the first. */
  AbiReader parameters() {
    return new AbiReader("Event " + kind + " in transaction " + transaction, data);
  }

  /** The accumulator that a BatchAppended says. */
  Bytes32 accumulator() {
    return parameters().bytes32();
  }

  boolean isBefore(RegistryEvent other) {
    return blockNumber < other.blockNumber
        || (blockNumber == other.blockNumber && logIndex < other.logIndex);
  }

  static RegistryEvent of(Kind kind, String registry, RpcValue log) {
    List<RpcValue> topics = log.field("topics").elements(4);
    List<Bytes32> indexed = new ArrayList<>();
    for (int i = 1; i < topics.size(); i++) {
      indexed.add(topics.get(i).bytes32());
    }
    if (indexed.size() != kind.indexed
        || !topics.get(0).bytes32().toHex().equals(kind.topic)
        || !log.field("address").address().equals(registry)) {
      throw new LuntraException(
          "%s: expected an event %s of %s".formatted(log.where(), kind, registry));
    }
    RpcValue timestamp = log.field("blockTimestamp");
    return new RegistryEvent(
        kind,
        List.copyOf(indexed),
        log.field("data").bytes(MAX_DATA_BYTES),
        log.field("blockNumber").number(),
        log.field("blockHash").bytes32(),
        log.field("transactionHash").bytes32(),
        log.field("logIndex").number(),
        timestamp.isMissing() ? OptionalLong.empty() : OptionalLong.of(timestamp.number()));
  }
}
